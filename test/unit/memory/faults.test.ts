/**
 * A disk that fails: what was acknowledged stays, what was not is refused with a cause and a remedy, no two records are glued.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogError, openMemory } from "../../../src/memory/index.ts";
import { allOf, faultyDisk, note, storage, type Operation, opened } from "./fixture.ts";

const texts = (events: readonly unknown[]): string[] => events.map((event) => (event as { text: string }).text);
const withRemedy = (error: unknown): boolean => error instanceof LogError && error.cause !== "" && error.remedy !== "";

describe("a disk that fails", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("full at any byte of a group: the group is refused, later ones are written once there is room", async () => {
    for (let room = 0; room < 100; room += 1) {
      const disk = faultyDisk();
      const memory = openMemory(store.path, disk);
      const log = await memory.create();
      await log.append([note("one")]);
      disk.room = room;
      await assert.rejects(
        log.append([note("two")]),
        (error: LogError) => withRemedy(error) && /disk is full/.test(error.cause),
      );
      disk.room = Infinity;
      const [third] = await log.append([note("three")]);
      assert.equal(third?.seq, 2);
      await log.close();
      const again = await opened(memory, log.session, "write");
      assert.deepEqual(
        [texts(again.events), again.torn, await again.verified],
        [["one", "three"], null, { kind: "whole" }],
        `room ${room}`,
      );
      await again.close();
    }
  });

  it("full while texts are written: they are kept and written with the next append", async () => {
    const disk = faultyDisk();
    const memory = openMemory(store.path, disk);
    const log = await memory.create();
    const id = await log.bodies.put(Buffer.from("a text"));
    disk.room = 40;
    await assert.rejects(log.append([note("one")]), /disk is full/);
    assert.equal(Buffer.from(await log.bodies.get(id)).toString(), "a text");
    disk.room = Infinity;
    await log.append([note("two")]);
    await log.close();
    const again = await opened(memory, log.session, "read");
    assert.deepEqual(texts(again.events), ["two"]);
    assert.equal(Buffer.from(await again.bodies.get(id)).toString(), "a text");
    await again.close();
  });

  it("refuses with a failed group the calls that were waiting behind it", async () => {
    const disk = faultyDisk();
    const log = await openMemory(store.path, disk).create();
    disk.room = 10;
    const first = log.append([note("one")]);
    await Promise.resolve();
    await Promise.resolve();
    const behind = log.append([note("two")]);
    const results = await Promise.allSettled([first, behind]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["rejected", "rejected"],
    );
    disk.room = Infinity;
    assert.deepEqual(
      (await log.append([note("three")])).map((event) => event.seq),
      [1],
    );
    await log.close();
  });

  const hopeless: { name: string; only: string; failing: Operation[]; body: boolean }[] = [
    {
      name: "a sync of the log that fails with its truncation",
      only: "log",
      failing: ["sync", "truncate"],
      body: false,
    },
    { name: "a sync of the log that goes on failing", only: "log", failing: ["sync"], body: false },
    { name: "a write of the log that cannot be cut off", only: "log", failing: ["write", "truncate"], body: false },
    { name: "a sync of the texts", only: "bodies", failing: ["sync"], body: true },
    { name: "a write of the texts that cannot be cut off", only: "bodies", failing: ["write", "truncate"], body: true },
  ];
  for (const { name, only, failing, body } of hopeless) {
    it(`${name}: nothing more is written until the session is opened again`, async () => {
      const disk = faultyDisk();
      const memory = openMemory(store.path, disk);
      const log = await memory.create();
      const id = await log.bodies.put(Buffer.from("safe"));
      await log.append([note("one")]);
      disk.only = only;
      disk.failing = new Set(failing);
      if (body) await log.bodies.put(Buffer.from("doubtful"));
      await assert.rejects(log.append([note("two")]), withRemedy);
      disk.failing.clear();
      await assert.rejects(log.append([note("three")]), withRemedy);
      await log.close();
      const again = await opened(memory, log.session, "write");
      assert.equal(texts(again.events)[0], "one");
      assert.equal(Buffer.from(await again.bodies.get(id)).toString(), "safe");
      await again.append([note("four")]);
      assert.equal(texts(await allOf(again)).at(-1), "four");
      assert.deepEqual(await again.verified, { kind: "whole" });
      await again.close();
    });
  }

  it("with no room to set a torn end aside: the session is read, not written, and nothing is moved", async () => {
    const disk = faultyDisk();
    const memory = openMemory(store.path, disk);
    const log = await memory.create();
    await log.append([note("one")]);
    disk.failing = new Set(["truncate"]);
    disk.room = 30;
    await assert.rejects(log.append([note("two")]), withRemedy);
    await log.close();
    disk.failing.clear();
    const full = await opened(memory, log.session, "write");
    assert.deepEqual([full.writable, texts(full.events), full.torn?.bytes], [false, ["one"], 30]);
    await assert.rejects(full.append([note("three")]), /disk is full/);
    await full.close();
    disk.room = Infinity;
    const again = await opened(memory, log.session, "write");
    assert.deepEqual([again.writable, texts(again.events), again.torn?.bytes], [true, ["one"], 30]);
    await again.close();
  });

  it("that cannot have a folder there: creating a session says so", async () => {
    writeFileSync(join(store.path, "file"), "");
    await assert.rejects(openMemory(join(store.path, "file", "below")).create(), withRemedy);
  });
});
