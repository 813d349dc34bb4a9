/**
 * Which sessions a folder has, and which ids may become a path.
 */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSessionId, LogError, openMemory } from "../../../src/memory/index.ts";
import { newSessionId } from "../../../src/memory/session-id.ts";
import { note, started, storage, opened } from "./fixture.ts";

describe("the sessions of a folder", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("are those started there, or in the same repository elsewhere, newest first", async () => {
    const memory = openMemory(store.path);
    const places: [string, string?][] = [
      ["file:///a"],
      ["file:///b", "c0ffee"],
      ["file:///a", "c0ffee"],
      ["file:///c"],
      ["file:///a"],
    ];
    const ids: string[] = [];
    for (const [uri, rootCommit] of places) {
      const log = await memory.create();
      await log.append([started(log.session, uri, rootCommit), note("one")]);
      await log.close();
      ids.push(log.session);
    }
    const numbers = async (uri: string, rootCommit?: string): Promise<number[]> =>
      (await memory.sessions(uri, rootCommit)).map((id) => ids.indexOf(id));
    assert.deepEqual(await numbers("file:///a"), [4, 2, 0]);
    assert.deepEqual(await numbers("file:///b", "c0ffee"), [2, 1]);
    assert.deepEqual(await numbers("file:///moved", "c0ffee"), [2, 1]);
    assert.deepEqual(await numbers("file:///b", "other"), [1]);
    assert.deepEqual(await numbers("file:///none"), []);
  });

  it("are found by a first event of any length, and by nothing else in the folder", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    const first = started(log.session, "file:///a");
    await log.append([{ ...first, goal: "g".repeat(50_000) } as typeof first]);
    const empty = await memory.create();
    const root = join(store.path, "sessions");
    const broken = newSessionId();
    mkdirSync(join(root, broken));
    writeFileSync(join(root, broken, "log"), '00000000 {"workspace":{"uri":"file:///a"}}\n');
    mkdirSync(join(root, newSessionId()));
    mkdirSync(join(root, newSessionId(), "log"), { recursive: true });
    writeFileSync(join(root, newSessionId()), "a file");
    mkdirSync(join(root, "notes"));
    assert.deepEqual(await memory.sessions("file:///a"), [log.session]);
    await empty.append([started(empty.session, "file:///a")]);
    assert.deepEqual(await memory.sessions("file:///a"), [empty.session, log.session]);
    await Promise.all([log.close(), empty.close()]);
  });

  it("have ids that sort by the order in which they were made", () => {
    const ids = Array.from({ length: 1000 }, newSessionId);
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids.map((id) => id.slice(10))).size, 1000);
    assert.ok(ids.every(isSessionId));
  });

  const hostile: unknown[] = [
    "",
    "..",
    "../../etc",
    "/etc/passwd",
    "a",
    "A".repeat(26),
    "a".repeat(25),
    "a".repeat(27),
    `${"a".repeat(25)}/`,
    `${"a".repeat(25)}.`,
    `${"a".repeat(26)}\n`,
    `\n${"a".repeat(26)}`,
    `${"a".repeat(25)}\0`,
    `../${"a".repeat(23)}`,
    `${"a".repeat(24)}é`,
    "ａ".repeat(26),
    ["a".repeat(26)],
    { length: 26, toString: () => "a".repeat(26) },
    null,
    undefined,
    7,
  ];
  it(`are opened by their id alone: ${hostile.length} hostile ones are refused before a path is made`, async () => {
    const memory = openMemory(store.path);
    for (const id of hostile) {
      for (const how of ["read", "write"] as const) {
        await assert.rejects(
          opened(memory, id as string, how),
          (error: LogError) => error instanceof LogError && /not the id/.test(error.cause),
        );
      }
    }
    assert.deepEqual(readdirSync(store.path), []);
  });

  it("that do not exist are refused with a remedy, and not made", async () => {
    const memory = openMemory(store.path);
    for (const how of ["read", "write"] as const) {
      await assert.rejects(
        opened(memory, "0".repeat(26), how),
        (error: LogError) => error instanceof LogError && /not there/.test(error.cause) && error.remedy !== "",
      );
    }
    assert.deepEqual(readdirSync(store.path), []);
  });
});
