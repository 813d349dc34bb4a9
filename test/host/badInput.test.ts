/**
 * Bad input: what a session is given that it cannot work with, and what it says.
 *
 * Every case says its cause and what to do about it, in words that are looked for here; and nothing is lost by it: the folder
 * holds the same bytes, the session can be opened again, and what was proposed before is there to decide.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands, type WorkspaceFolder } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { Supervised } from "../../src/session/index.ts";
import { bytesIn, sameBytes } from "./bytes.ts";
import { extensionUnderTest, filesOf, itemOf, until } from "./extension.ts";
import { listenToMessages, windowThat } from "./said.ts";
import {
  begun,
  calls,
  connect,
  folderAt,
  git,
  makeRepository,
  reopened,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Model,
  type Step,
} from "./stage.ts";

/** A session after a good first turn, with two hunks of `notes.txt` to decide. */
interface Scene {
  parts: ForTests;
  model: Model;
  folder: WorkspaceFolder;
  root: string;
  session: Supervised;
}

interface Case {
  what: string;
  cause: RegExp;
  remedy: RegExp;
  /** What the second turn of the model does, where it is asked at all. */
  second?: Step[];
  /** Lets it happen, and gives everything that was said about it. */
  happens: (scene: Scene) => Promise<string>;
}

const text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";
const both = "one\nTWO\nthree\nfour\nfive\nsix\nSEVEN\neight\n";
const edit = (from: string, to: string): object =>
  calls("edit", { file_path: "notes.txt", old_string: from, new_string: to });
const first: Step[] = [{ blocks: [edit("two", "TWO"), edit("seven", "SEVEN")] }, { blocks: [says("Two edits.")] }];

const cases: Case[] = [
  {
    what: "no key for a follow-up",
    cause: /No API key is set/,
    remedy: /Set API Key/,
    happens: async ({ parts, session }) => {
      await connect(parts, "https://gateway.invalid");
      return followedUp(session);
    },
  },
  {
    what: "no key for a server on this machine that wants one",
    cause: /127\.0\.0\.1:\d+ asks for a key, and none was sent \(401\)/,
    remedy: /Set API Key/,
    happens: async ({ parts, model, session }) => {
      await connect(parts, model.endpoint);
      return followedUp(session);
    },
  },
  {
    what: "no key for a new task",
    cause: /No API key is set/,
    remedy: /Set your key, or run the demo.*Start Demo Session.*Set API Key….*How to Get a Key/,
    happens: async ({ parts }) => {
      await connect(parts, "https://gateway.invalid");
      return saidBy("countersign.newTask", { text: "More, please." });
    },
  },
  {
    what: "an endpoint that no key may go to",
    cause: /must begin with https/,
    remedy: /Correct “countersign\.endpoint” in your user settings/,
    happens: async ({ parts }) => {
      await connect(parts, "http://example.com", rightKey);
      return saidBy("countersign.newTask", { text: "More, please." });
    },
  },
  {
    what: "a wrong key",
    cause: /The key was not accepted \(401\)/,
    remedy: /Set API Key/,
    happens: async ({ parts, model, session }) => {
      await connect(parts, model.endpoint, "sk-test-of-another-person");
      return followedUp(session);
    },
  },
  {
    what: "no network",
    cause: /No network: 127\.0\.0\.1:\d+ could not be reached/,
    remedy: /Check the network and the endpoint/,
    happens: async ({ model, session }) => {
      await model.close();
      return followedUp(session);
    },
  },
  {
    what: "a stream that is cut",
    cause: /did not arrive completely/,
    remedy: /when the network is steady/,
    second: [
      { blocks: [says("I will write."), edit("four", "FOUR")], fault: { kind: "cut", how: "clean", afterEvents: 8 } },
    ],
    happens: ({ session }) => followedUp(session),
  },
  {
    what: "a folder that is not trusted",
    cause: /Restricted Mode/,
    remedy: /only when you trust it.*Manage Workspace Trust/,
    happens: async () => {
      using _ = windowThat({ isTrusted: false });
      return saidBy("countersign.newTask", { text: "More, please." });
    },
  },
  {
    what: "no folder that is open",
    cause: /works on a folder, and none is open/,
    remedy: /Open Folder…/,
    happens: async () => {
      using _ = windowThat({ workspaceFolders: undefined });
      return saidBy("countersign.newTask", { text: "More, please." });
    },
  },
  {
    what: "a file that was changed under a pending hunk",
    cause: /notes\.txt: a change no longer fits your text/,
    remedy: /take theirs, or keep yours/,
    happens: async ({ session, root }) => {
      const changed = text.replace("two", "my own two");
      writeFileSync(join(root, "notes.txt"), changed);
      await until("a stale hunk", () => session.head().counts.stale === 1);
      const [file] = await filesOf(session);
      const answer = await session.accept([itemOf(file!, file!.hunks[0]!)]);
      assert.equal(readFileSync(join(root, "notes.txt"), "utf8"), changed, "the person's line stands");
      // Their line back as it was, the hunk fits again.
      writeFileSync(join(root, "notes.txt"), text);
      await until("no stale hunk", () => session.head().counts.stale === 0);
      return answer.kind === "refused" ? answer.text : answer.kind;
    },
  },
];

describe("bad input is named with its cause and what to do, and loses nothing", function () {
  this.timeout(60_000);
  let parts: ForTests;
  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
  });
  afterEach(async () => {
    await parts.current.close();
    await connect(parts);
  });

  for (const { what, cause, remedy, second, happens } of cases) {
    it(what, async () => {
      const root = temporary("bad-input");
      writeFiles(root, { "notes.txt": text, "other.txt": "other\n" });
      makeRepository(root);
      const folder = folderAt(root);
      const model = await scriptedModel([first, ...(second ? [second] : [])]);
      try {
        await connect(parts, model.endpoint, rightKey);
        const session = await begun(parts, folder, "Write in capitals.");
        assert.equal(session.head().counts.pending, 2);
        const [tree, before, asked] = [bytesIn(root), await filesOf(session), model.requests.length];

        const said = await happens({ parts, model, folder, root, session });
        assert.match(said, cause);
        assert.match(said, remedy);
        assert.equal(
          model.requests.length > asked,
          second !== undefined,
          "the model was asked only where that is what goes wrong",
        );

        sameBytes(bytesIn(root), tree, `after ${what}`);
        assert.deepEqual(hunksOf(await filesOf(session)), hunksOf(before), "what was proposed is there");
        const again = await reopened(parts, folder, session.id);
        assert.deepEqual(hunksOf(await filesOf(again)), hunksOf(before), "what was proposed is there after a reload");
        for (const file of await filesOf(again)) {
          for (const hunk of file.hunks) assert.deepEqual(await again.accept([itemOf(file, hunk)]), { kind: "done" });
        }
        assert.equal(readFileSync(join(root, "notes.txt"), "utf8"), both);
      } finally {
        await parts.current.close();
        await model.close();
        rmSync(root, { recursive: true });
      }
    });
  }

  const odd: { what: string; make: (root: string) => Disposable | null; note: RegExp }[] = [
    {
      what: "git that is missing on this machine",
      make: (root) => {
        makeRepository(root);
        return withPath(join(root, ".."));
      },
      note: /Git was not found on this machine: every file that no ignore file names is copied/,
    },
    {
      what: "a repository without a commit",
      make: (root) => {
        git(root, "init", "--quiet", "--template=");
        return null;
      },
      note: /The repository has no commit yet; its files are copied as they are/,
    },
    {
      what: "a folder that is in no repository",
      make: () => null,
      note: /not in a git repository: every file that no ignore file names is copied/,
    },
  ];
  for (const { what, make, note } of odd) {
    it(`${what}: the task is done all the same, and what that means is said`, async () => {
      const place = temporary("bad-input");
      const root = join(place, "project");
      writeFiles(root, { "notes.txt": text, "ignored/big.txt": "big\n", ".gitignore": "ignored/\n" });
      const made = make(root);
      const model = await scriptedModel([first]);
      try {
        await connect(parts, model.endpoint, rightKey);
        const tree = bytesIn(root);
        const session = await begun(parts, folderAt(root), "Write in capitals.");
        const notes = (await session.everything())
          .flatMap((message) => (message.kind === "talk" ? message.items : []))
          .flatMap((item) => (item.kind === "note" ? [item.text] : []));
        assert.match(notes.join("\n"), note);
        assert.equal(session.head().notice, null);
        sameBytes(bytesIn(root), tree, "before an accept");
        const again = await reopened(parts, folderAt(root), session.id);
        const [file] = await filesOf(again);
        assert.deepEqual(
          await again.accept([{ file: file!.id, revision: file!.revision, hunks: file!.hunks.map((hunk) => hunk.id) }]),
          { kind: "done" },
        );
        assert.equal(readFileSync(join(root, "notes.txt"), "utf8"), both);
      } finally {
        made?.[Symbol.dispose]();
        await parts.current.close();
        await model.close();
        rmSync(place, { recursive: true });
      }
    });
  }

  it("a session that begins without a network can be continued when it is there", async () => {
    const root = temporary("bad-input");
    writeFiles(root, { "notes.txt": text });
    const gone = await scriptedModel([first]);
    await gone.close();
    const model = await scriptedModel([first, first]);
    try {
      await connect(parts, gone.endpoint, rightKey);
      const session = await begun(parts, folderAt(root), "Write in capitals.");
      assert.match(session.head().notice?.text ?? "", /No network/);
      assert.deepEqual(
        session.head().notice?.actions.map(({ action }) => action),
        ["retry"],
      );
      await connect(parts, model.endpoint, rightKey);
      await commands.executeCommand("countersign.continue");
      await until("two hunks", () => session.head().activity === "idle" && session.head().counts.pending === 2);
      assert.equal(session.head().notice, null);
    } finally {
      await parts.current.close();
      await model.close();
      rmSync(root, { recursive: true });
    }
  });
});

/** Sends a follow-up, and gives what the page says at its top when the turn is over. */
async function followedUp(session: Supervised): Promise<string> {
  await session.prompt("Go on.");
  const { notice, activity } = session.head();
  assert.equal(activity, "idle");
  return `${notice?.text} ${notice?.remedy}`;
}

/** Runs a command, and gives what the editor's messages say, with their buttons. */
async function saidBy(command: string, ...given: unknown[]): Promise<string> {
  using heard = listenToMessages();
  await commands.executeCommand(command, ...given);
  return heard.messages.map(({ text, labels }) => [text, ...labels].join(" ")).join("\n");
}

/** What is to be decided, without the numbers that a new turn may change. */
function hunksOf(files: Awaited<ReturnType<typeof filesOf>>): unknown {
  return files.map(({ path, change, hunks }) => ({
    path,
    change,
    hunks: hunks.map(({ id, state, rows }) => ({ id, state, rows })),
  }));
}

/** Runs with this folder as all of PATH. */
function withPath(folder: string): Disposable {
  const before = process.env["PATH"];
  process.env["PATH"] = folder;
  return { [Symbol.dispose]: () => void (process.env["PATH"] = before) };
}
