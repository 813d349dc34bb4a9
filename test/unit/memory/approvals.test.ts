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
      await here.add(one);
      await Promise.all([here.add({ ...one, key: "k2", at: 2 }), here.add({ ...one, at: 3 })]);
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
      assert.deepEqual(await readdir(storage), ["approvals"]);
      const [left, ...others] = await readdir(join(storage, "approvals"));
      assert.deepEqual(others, [], "nothing but the answer that still holds");
      assert.equal((await stat(join(storage, "approvals", left!))).mode & 0o777, 0o600);
    }));

  it("stays taken back, and none is lost, while two windows change them at once", () =>
    inStorage(async (storage) => {
      const [here, there] = [openApprovals(storage), openApprovals(storage)];
      for (let round = 0; round < 40; round++) {
        await here.add({ ...one, key: `old ${round}` });
        await Promise.all([
          here.forget("file:///a", [`old ${round}`]),
          there.add({ ...one, key: `new ${round}` }),
          here.add({ ...one, key: `other ${round}` }),
        ]);
        assert.equal(await there.has("file:///a", `old ${round}`), false, "what was taken back holds again");
        assert.equal(await here.has("file:///a", `new ${round}`), true);
        assert.equal(await there.has("file:///a", `other ${round}`), true);
      }
    }));

  for (const [what, text] of [
    ["no JSON", "{"],
    ["a list", JSON.stringify([one])],
    ["nothing", "null"],
    ["an answer with a part that is none", JSON.stringify({ ...one, key: 1 })],
    ["an answer for another folder", JSON.stringify({ ...one, workspace: "file:///b" })],
    ["an answer for another key", JSON.stringify({ ...one, key: "k2" })],
  ] as const)
    it(`is none where the file is ${what}`, () =>
      inStorage(async (storage) => {
        const approvals = openApprovals(storage);
        await approvals.add(one);
        const [file] = await readdir(join(storage, "approvals"));
        await writeFile(join(storage, "approvals", file!), text);
        assert.equal(await approvals.has("file:///a", "k1"), false);
        assert.deepEqual(await approvals.list("file:///a"), []);
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

  it("loses nothing where windows add at once", () =>
    inStorage(async (storage) => {
      const books = [openDayBook(storage), openDayBook(storage), openDayBook(storage)];
      await Promise.all(
        books.flatMap((book) => Array.from({ length: 20 }, () => book.add({ tokens: 1, money: 1, minutes: 1 }))),
      );
      assert.deepEqual(await books[0]!.today(), { tokens: 60, money: 60, minutes: 60 });
    }));

  it("counts what cannot be read as nothing", () =>
    inStorage(async (storage) => {
      const book = openDayBook(storage);
      await openDayBook(storage).add({ tokens: 7, money: 0, minutes: 0 });
      const [file] = await readdir(join(storage, "spent"));
      await writeFile(join(storage, "spent", file!), '{"tokens":');
      assert.deepEqual(await book.today(), { tokens: 0, money: 0, minutes: 0 });
      await book.add({ tokens: 1, money: 0, minutes: 0 });
      assert.equal((await book.today()).tokens, 1);
    }));
});
