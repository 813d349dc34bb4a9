/**
 * What the tests of the promises share: a small project in the open workspace, and a scripted model that works on it.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { commands, workspace } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { DecisionItem, FileView, HunkView } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { everythingIn } from "./bytes.ts";
import { extensionUnderTest, filesOf, idle, itemOf, until } from "./extension.ts";
import { calls, connect, rightKey, says, scriptedModel, writeFiles, type Model, type Step } from "./stage.ts";

const lines = (name: string, count: number, end = "\n"): string =>
  Array.from({ length: count }, (_, at) => `${name}-${at + 1};${end}`).join("");

export const project = {
  "promised/one.txt": lines("one", 20),
  "promised/two.txt": lines("two", 12, "\r\n"),
  "promised/old.txt": "goes away\n",
};

const edit = (path: string, from: string, to: string): object =>
  calls("edit", { file_path: path, old_string: from, new_string: to });

/** Four hunks in two files, a file created and one deleted; then, in the next turn, one more hunk. */
const turns: Step[][] = [
  [
    {
      blocks: [
        says("I will change three files."),
        edit("promised/one.txt", "one-2;", "one-2, changed;"),
        edit("promised/one.txt", "one-10;\n", "one-10;\nand one more;\n"),
      ],
    },
    { blocks: [edit("promised/one.txt", "one-18;\n", ""), edit("promised/two.txt", "two-6;", "two-6, changed;")] },
    {
      blocks: [
        calls("write", { file_path: "promised/new/three.txt", content: "three\nno end" }),
        calls("delete", { file_path: "promised/old.txt" }),
      ],
    },
    { blocks: [says("That is all.")] },
  ],
  [
    { blocks: [edit("promised/one.txt", "one-6;", "one-6, in the second turn;")] },
    { blocks: [says("One more is there.")] },
  ],
  [{ blocks: [says("There is nothing more to do.")] }],
];

/** What each test finds ready: the extension without a session, the project written anew, a model and the way to it. */
export interface Promised {
  parts: ForTests;
  model: Model;
}

/** Makes everything ready before each test of the surrounding suite, and takes it away behind it. */
export function promised(): Promised {
  const stage = {} as Promised;
  const root = workspace.workspaceFolders![0]!.uri.fsPath;
  before(async () => {
    stage.parts = await extensionUnderTest();
    await stage.parts.current.close();
  });
  beforeEach(async () => {
    writeFiles(root, project);
    stage.model = await scriptedModel(turns);
    await connect(stage.parts, stage.model.endpoint, rightKey);
  });
  afterEach(async () => {
    await stage.parts.current.close();
    await connect(stage.parts);
    await stage.model.close();
    rmSync(join(root, "promised"), { recursive: true, force: true });
  });
  return stage;
}

/** A test at the end of a suite: what went before it has written nothing into the workspace's repository. */
export function keepsRepository(): void {
  const repository = join(workspace.workspaceFolders![0]!.uri.fsPath, ".git");
  let atFirst: Record<string, string>;
  before(() => {
    atFirst = everythingIn(repository);
  });
  it("promise 3: has kept the repository of the workspace as it was through all of this", () => {
    assert.ok(Object.keys(atFirst).length > 20);
    assert.deepEqual(everythingIn(repository), atFirst);
  });
}

/** A session on the workspace, started by the command as a person does, after its first turn. */
export async function task({ parts }: Promised): Promise<Supervised> {
  await commands.executeCommand("countersign.newTask", { text: "Keep your promises." });
  const session = await until("a session", () => parts.current.session());
  await idle(session);
  assert.equal(session.head().notice, null);
  return session;
}

/** The hunks that wait, each with its file, in page order. */
export async function waiting(session: Supervised): Promise<[FileView, HunkView][]> {
  const files = await filesOf(session);
  return files.flatMap((file) =>
    file.hunks.filter((hunk) => hunk.state === "pending").map((hunk): [FileView, HunkView] => [file, hunk]),
  );
}

/** A hunk of this file that waits, counted from 0, as a decision names it. */
export async function hunkIn(session: Supervised, path: string, at = 0): Promise<DecisionItem> {
  const found = (await waiting(session)).filter(([file]) => file.path === path)[at];
  assert.ok(found, `hunk ${at + 1} of ${path} waits`);
  return itemOf(...found);
}
