/**
 * What was damaged: a torn end at every byte, and bytes altered by hand. Nothing acknowledged before is lost, nothing is deleted.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openMemory } from "../../../src/memory/index.ts";
import { newSessionId } from "../../../src/memory/session-id.ts";
import { allOf, note, storage, started, opened } from "./fixture.ts";

/** Two acknowledged groups and a last one, with the length of the log before the last. */
async function threeGroups(
  path: string,
): Promise<{ session: string; events: unknown[]; log: Buffer; bodies: Buffer; before: number; bodiesBefore: number }> {
  const log = await openMemory(path).create();
  const folder = join(path, "sessions", log.session);
  await log.append([started(log.session, "file:///a"), note("one")]);
  await log.bodies.put(Buffer.from("kept"));
  await log.append([note("two é")]);
  const before = readFileSync(join(folder, "log")).length;
  const bodiesBefore = readFileSync(join(folder, "bodies")).length;
  await log.bodies.put(Buffer.from("first new\n"));
  await log.bodies.put(Buffer.from([0, 255, 10, 13]));
  await log.append([note("three"), note("four \ud800")]);
  const events = await allOf(log);
  await log.close();
  return {
    session: log.session,
    events,
    log: readFileSync(join(folder, "log")),
    bodies: readFileSync(join(folder, "bodies")),
    before,
    bodiesBefore,
  };
}

/** A session of its own that holds these bytes. */
function plant(path: string, log: Uint8Array, bodies: Uint8Array): string {
  const session = newSessionId();
  const folder = join(path, "sessions", session);
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, "log"), log);
  writeFileSync(join(folder, "bodies"), bodies);
  return session;
}

const id = (events: readonly unknown[]): number[] => events.map((event) => (event as { seq: number }).seq);

describe("a damaged session", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("cut at any byte of its last group keeps every line before the cut, sets the rest aside, and goes on", async () => {
    const whole = await threeGroups(store.path);
    const memory = openMemory(store.path);
    for (let cut = whole.before; cut <= whole.log.length; cut += 1) {
      const session = plant(store.path, whole.log.subarray(0, cut), whole.bodies);
      const lines = whole.log.subarray(whole.before, cut).toString("latin1").split("\n");
      const good = 3 + lines.slice(0, -1).filter((line) => !line.startsWith("=")).length;
      const left = lines.at(-1)?.length ?? 0;
      const where = `cut at ${cut}`;

      const seen = await opened(memory, session, "read");
      assert.deepEqual(seen.events, whole.events.slice(0, good), where);
      assert.deepEqual(seen.torn, left === 0 ? null : { bytes: left, file: join(store.folder(session), "log") }, where);
      await seen.close();
      assert.equal(readFileSync(join(store.folder(session), "log")).length, cut, "reading moves nothing");

      const log = await opened(memory, session, "write");
      assert.deepEqual([log.events, log.writable], [whole.events.slice(0, good), true], where);
      const side = join(store.folder(session), "log.torn-1");
      assert.deepEqual(log.torn, left === 0 ? null : { bytes: left, file: side }, where);
      if (left > 0) assert.deepEqual(readFileSync(side), whole.log.subarray(cut - left, cut), where);
      assert.equal(Buffer.from(await log.bodies.get(await log.bodies.put(Buffer.from("kept")))).toString(), "kept");
      await log.append([note("again")]);
      await log.close();

      const again = await opened(memory, session, "write");
      assert.deepEqual(
        id(again.events),
        Array.from({ length: good + 1 }, (_, n) => n + 1),
        where,
      );
      assert.deepEqual([again.torn, await again.verified], [null, { kind: "whole" }], where);
      await again.close();
    }
  });

  it("whose bodies are cut at any byte behind the last checkpoint keeps those before the cut", async () => {
    const whole = await threeGroups(store.path);
    const memory = openMemory(store.path);
    for (let cut = whole.bodiesBefore; cut <= whole.bodies.length; cut += 1) {
      const session = plant(store.path, whole.log.subarray(0, whole.before), whole.bodies.subarray(0, cut));
      const log = await opened(memory, session, "write");
      const kept = await log.bodies.put(Buffer.from("kept"));
      assert.equal(Buffer.from(await log.bodies.get(kept)).toString(), "kept", `cut at ${cut}`);
      const bytes = Buffer.from([0, 255, 10, 13]);
      const odd = await log.bodies.put(bytes);
      await log.append([note("again")]);
      await log.close();
      const again = await opened(memory, session, "read");
      assert.deepEqual(Buffer.from(await again.bodies.get(odd)), bytes, `cut at ${cut}`);
      assert.deepEqual(await again.verified, { kind: "whole" });
      await again.close();
    }
  });

  it("does not take for kept a body whose bytes never reached the disk", async () => {
    const whole = await threeGroups(store.path);
    const bodies = Buffer.from(whole.bodies).fill(0, whole.bodies.length - 5, whole.bodies.length - 1);
    const session = plant(store.path, whole.log.subarray(0, whole.before), bodies);
    const memory = openMemory(store.path);
    const log = await opened(memory, session, "write");
    const odd = await log.bodies.put(Buffer.from([0, 255, 10, 13]));
    await log.append([note("again")]);
    await log.close();
    assert.deepEqual(store.names(session), ["bodies", "bodies.torn-1", "log"]);
    const again = await opened(memory, session, "read");
    assert.deepEqual(Buffer.from(await again.bodies.get(odd)), Buffer.from([0, 255, 10, 13]));
    await again.close();
  });

  it("with any one byte altered is noticed, reads up to the line before it, and loses no byte", async () => {
    const whole = await threeGroups(store.path);
    const memory = openMemory(store.path);
    const firstLine = whole.log.indexOf(10);
    for (let at = firstLine + 1; at < whole.before; at += 1) {
      const bytes = Buffer.from(whole.log);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const session = plant(store.path, bytes, whole.bodies);
      const log = await opened(memory, session, "write");
      const found = await log.verified;
      await log.close();
      assert.equal(found.kind, "altered", `byte ${at}`);
      // A checkpoint whose digits still have their shape is found by the chain: then all events were read.
      const side = log.torn === null ? Buffer.alloc(0) : readFileSync(log.torn.file);
      assert.deepEqual(log.events, whole.events.slice(0, log.events.length), `byte ${at}`);
      assert.deepEqual(Buffer.concat([readFileSync(join(store.folder(session), "log")), side]), bytes, `byte ${at}`);
    }
  });

  it("altered with its checksums made to fit is found by the chain, and still read", async () => {
    const whole = await threeGroups(store.path);
    const lines = whole.log.toString("latin1").split("\n");
    const swap = [lines[0], lines[2], lines[1], ...lines.slice(3)]; // a checkpoint moved before the event it covers
    const session = plant(store.path, Buffer.from(swap.join("\n"), "latin1"), whole.bodies);
    const log = await opened(openMemory(store.path), session, "read");
    const found = await log.verified;
    await log.close();
    assert.deepEqual(log.events, whole.events);
    assert.deepEqual(found, {
      kind: "altered",
      from: 1,
      why: "Event 1, or one written together with it, was changed after it was written.",
    });
  });

  it("of which a group is missing stops before the gap", async () => {
    const whole = await threeGroups(store.path);
    const lines = whole.log.toString("latin1").split("\n");
    const session = plant(
      store.path,
      Buffer.from([...lines.slice(0, 3), ...lines.slice(5)].join("\n"), "latin1"),
      whole.bodies,
    );
    const log = await opened(openMemory(store.path), session, "write");
    const found = await log.verified;
    await log.close();
    assert.deepEqual([id(log.events), found.kind === "altered" && found.from], [[1, 2], 3]);
  });

  it("that holds no line of ours is left as it is", async () => {
    const bytes = Buffer.from("a log of some later version\nwith lines\n");
    await threeGroups(store.path);
    const session = plant(store.path, bytes, Buffer.alloc(0));
    const log = await opened(openMemory(store.path), session, "write");
    await assert.rejects(log.append([note("one")]), /cannot|No line of/);
    await log.close();
    assert.deepEqual([log.writable, log.events, store.names(session)], [false, [], ["bodies", "log"]]);
    assert.deepEqual(readFileSync(join(store.folder(session), "log")), bytes);
  });

  it("with an altered text tells so when the text is asked for, and gives the others", async () => {
    const whole = await threeGroups(store.path);
    const bodies = Buffer.from(whole.bodies);
    const at = bodies.indexOf("kept");
    bodies[at] = 75;
    const session = plant(store.path, whole.log, bodies);
    const log = await opened(openMemory(store.path), session, "read");
    const ids = whole.bodies.toString("latin1").match(/^[0-9a-f]{64}/gm) ?? [];
    await assert.rejects(log.bodies.get(ids[0] ?? ""), /was changed on the disk/);
    assert.equal(Buffer.from(await log.bodies.get(ids[1] ?? "")).toString(), "first new\n");
    await log.close();
  });

  it("with a damaged header among its texts tells so", async () => {
    const whole = await threeGroups(store.path);
    const bodies = Buffer.from(whole.bodies);
    bodies[0] = 33;
    const session = plant(store.path, whole.log, bodies);
    const log = await opened(openMemory(store.path), session, "write");
    const found = await log.verified;
    await log.close();
    assert.deepEqual([found.kind, log.events, store.names(session)], ["altered", whole.events, ["bodies", "log"]]);
  });
});
