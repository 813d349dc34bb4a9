/** What is kept below the global storage beside the sessions: commands allowed for good, and what a day used up. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApprovals, openDayBook } from "../../../src/memory/index.ts";

async function inStorage(use: (storage: string) => Promise<void>): Promise<void> {
  const storage = await mkdtemp(join(tmpdir(), "countersign-approvals-"));
  try {
    await use(storage);
  } finally {
    await rm(storage, { recursive: true });
  }
}

const one = { workspace: "file:///a", key: "k1", line: "npm test", folder: "", at: 1 };

describe("an answer that is for always", () => {
  it("holds for its folder and its key, in other windows too, until it is taken back", () =>
    inStorage(async (storage) => {
      const [here, there] = [openApprovals(storage), openApprovals(storage)];
      assert.equal(await here.has("file:///a", "k1"), false);
      await Promise.all([here.add(one), here.add({ ...one, key: "k2", at: 2 }), here.add({ ...one, at: 3 })]);
      for (const [workspace, key, allowed] of [
        ["file:///a", "k1", true],
        ["file:///a", "k2", true],
        ["file:///a", "k3", false],
        ["file:///b", "k1", false],
      ] as const)
        assert.equal(await there.has(workspace, key), allowed, `${workspace} ${key}`);
      assert.deepEqual(
        (await there.list("file:///a")).map(({ at }) => at),
        [3, 2],
      );
      await there.forget("file:///a", ["k1"]);
      assert.equal(await here.has("file:///a", "k1"), false);
      assert.equal((await stat(join(storage, "approvals.json"))).mode & 0o777, 0o600);
      assert.deepEqual(await readdir(storage), ["approvals.json"]);
    }));

  for (const [what, text] of [
    ["no JSON", "{"],
    ["no list", JSON.stringify({ ...one })],
    ["rows that are none", JSON.stringify([null, 1, { ...one, key: 1 }, { ...one, workspace: undefined }])],
  ] as const)
    it(`is none where the file is ${what}`, () =>
      inStorage(async (storage) => {
        await writeFile(join(storage, "approvals.json"), text);
        const approvals = openApprovals(storage);
        assert.equal(await approvals.has("file:///a", "k1"), false);
        await approvals.add(one);
        assert.equal(await approvals.has("file:///a", "k1"), true);
      }));
});

describe("the day's book", () => {
  it("adds up over windows, and begins anew with the day", () =>
    inStorage(async (storage) => {
      let now = new Date(2026, 0, 1, 23, 59);
      const [here, there] = [openDayBook(storage, () => now), openDayBook(storage, () => now)];
      await here.add({ tokens: 10, money: 0.5, minutes: 1 });
      await there.add({ tokens: 5, money: 0.25, minutes: 2 });
      assert.deepEqual(await here.today(), { tokens: 15, money: 0.75, minutes: 3 });
      now = new Date(2026, 0, 2, 0, 1);
      assert.deepEqual(await here.today(), { tokens: 0, money: 0, minutes: 0 });
    }));

  it("counts what cannot be read as nothing", () =>
    inStorage(async (storage) => {
      await writeFile(join(storage, "spent.json"), '{"day":');
      const book = openDayBook(storage);
      assert.deepEqual(await book.today(), { tokens: 0, money: 0, minutes: 0 });
      await book.add({ tokens: 1, money: 0, minutes: 0 });
      assert.equal((await book.today()).tokens, 1);
    }));
});
