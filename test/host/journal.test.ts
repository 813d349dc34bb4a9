/**
 * Law 12 on real files and a real log: a decision over several files, one of which cannot be written, before the first write or in the
 * middle; and what a killed window left beside a file.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workspace } from "vscode";
import { openDrafts } from "../../src/draft/index.ts";
import { configuredConnection } from "../../src/editor/connection.ts";
import { openFiles } from "../../src/editor/files.ts";
import { anthropicEngine } from "../../src/engine/anthropic/index.ts";
import { openMemory } from "../../src/memory/index.ts";
import type { DecisionItem, EventBody, Files } from "../../src/protocol/index.ts";
import type { SessionParts, Supervised } from "../../src/session/index.ts";
import { resumeSession } from "../../src/session/resume.ts";
import { startSession } from "../../src/session/start.ts";
import { sessionFold } from "../../src/state/index.ts";
import { guardPath } from "../../src/system/paths.ts";
import { bytesIn, sameBytes } from "./bytes.ts";
import { filesOf, itemOf } from "./extension.ts";
import { promised } from "./promised.ts";
import { rightKey, temporary } from "./stage.ts";

describe("a decision over several files", function () {
  this.timeout(120_000);
  const folder = workspace.workspaceFolders![0]!;
  const root = folder.uri.fsPath;
  promised();

  let storage: string;
  let drafts: ReturnType<typeof openDrafts>;
  let session: Supervised;
  let parts: SessionParts;
  /** Runs at each write, before anything of it is done; true: the disk is full from here on. */
  let atWrite: (path: string) => boolean;

  beforeEach(async () => {
    storage = temporary("journal");
    drafts = openDrafts({ storage, worker: join(process.env["COUNTERSIGN_ROOT"]!, "dist/draft-worker.cjs") });
    const configured = configuredConnection();
    assert.ok(configured.kind === "connection");
    const { connection } = configured;
    const real = openFiles(folder.uri, guardPath);
    atWrite = () => false;
    const files: Files = {
      ...real,
      write: async (path, before, after) =>
        atWrite(path)
          ? { kind: "refused", reason: "the disk is full", remedy: "Make room." }
          : real.write(path, before, after),
    };
    const memory = openMemory(storage);
    const place = { path: root, uri: folder.uri.toString(), name: folder.name };
    parts = {
      folder: place,
      drafts,
      memory,
      files,
      engine: async () => anthropicEngine({ connection, key: rightKey }),
    };
    session = await startSession(parts, { goal: "Keep your promises.", attachments: [], connection });
    await session.prompt("Keep your promises.");
    assert.equal(session.head().counts.pending, 6);
  });
  afterEach(async () => {
    await session.close();
    await drafts[Symbol.asyncDispose]();
    rmSync(storage, { recursive: true, force: true });
  });

  async function everything(): Promise<DecisionItem[]> {
    return (await filesOf(session)).flatMap((file) =>
      file.hunks.filter(({ state }) => state === "pending").map((hunk) => itemOf(file, hunk)),
    );
  }

  const written: string[] = [];
  for (const failing of ["promised/one.txt", "promised/two.txt", "promised/new/three.txt", "promised/old.txt"]) {
    it(`says by name what is in and what is not when ${failing} fails, and undo brings every byte back`, async () => {
      const before = bytesIn(root);
      written.length = 0;
      atWrite = (path) => (path === failing ? true : written.push(path) < 0);
      const answer = await session.accept(await everything());
      assert.ok(answer.kind === "refused");
      assert.match(answer.text, new RegExp(`^${failing}: the disk is full`));
      assert.ok(answer.text.includes(`Written, and accepted: ${written.join(", ")}.`), answer.text);
      const now = bytesIn(root);
      for (const path of [...new Set([...now.keys(), ...before.keys()])]) {
        const same = now.has(path) === before.has(path) && now.get(path)?.equals(before.get(path)!) !== false;
        assert.equal(same, !written.includes(path), path);
      }
      atWrite = () => false;
      assert.deepEqual(await session.undo(), { kind: "done" });
      sameBytes(bytesIn(root), before, "undone");
      assert.equal(session.head().counts.pending, 6);
    });
  }

  it("writes none of them when the person saves one between the click and the first write, then all with their text", async () => {
    const two = join(root, "promised/two.txt");
    const paths: string[] = [];
    atWrite = (path) => paths.push(path) < 0;
    const append = async () => {
      const items = await everything();
      const accepting = session.accept(items);
      writeFileSync(two, `${bytesIn(root).get("promised/two.txt")!.toString()}mine\r\n`);
      return accepting;
    };
    assert.deepEqual(await append(), { kind: "done" });
    assert.equal(paths.length, 4, "each file was written once");
    assert.match(bytesIn(root).get("promised/two.txt")!.toString(), /two-6, changed;[^]*mine\r\n$/);
  });

  it("that a window left with a file of ours beside it is settled and cleared on coming back", async () => {
    const file = (await filesOf(session)).find(({ path }) => path === "promised/two.txt")!;
    assert.deepEqual(await session.accept([itemOf(file, file.hunks[0]!)]), { kind: "done" });
    await session.close();
    // As a kill leaves it: no outcome in the log, and the file that was about to be renamed.
    const log = await parts.memory.open(session.id, "write", sessionFold);
    const events: unknown[] = [];
    for await (const run of log.read()) events.push(...run);
    const intent = events.findLast((event) => (event as EventBody).kind === "accepting");
    const { seq: _, at: __, ...body } = intent as { seq: number; at: number } & EventBody;
    await log.append([body]);
    await log.close();
    const left = join(root, "promised", `.countersign-${process.pid}-0123456789abcdef.tmp`);
    writeFileSync(left, "half of it");
    const tree = bytesIn(root);
    session = await resumeSession(parts, session.id);
    assert.equal(existsSync(left), false);
    tree.delete(`promised/${left.split("/").at(-1)}`);
    sameBytes(bytesIn(root), tree, "settled");
    assert.ok(readdirSync(join(root, "promised")).every((name) => !name.endsWith(".tmp")));
  });
});
