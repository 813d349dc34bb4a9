/**
 * The log and the clock: nothing is ordered, held or lost by the time of day; and a long session opens quickly.
 */
import assert from "node:assert/strict";
import { openMemory } from "../../../src/memory/index.ts";
import type { SessionEvent } from "../../../src/protocol/index.ts";
import { note, started, storage, opened } from "./fixture.ts";

describe("the memory and the clock", () => {
  const store = storage();
  const clock = Date.now;
  afterEach(() => void (Date.now = clock));

  it("keeps events in the order of their numbers when the clock goes backwards, also after a reopen", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    let now = clock();
    Date.now = () => (now -= 86_400_000);
    const wrote: SessionEvent[] = [];
    for (const text of ["one", "two", "three"]) wrote.push(...(await log.append([note(text)])));
    assert.deepEqual(
      wrote.map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.ok(wrote[0]!.at > wrote[1]!.at && wrote[1]!.at > wrote[2]!.at);
    await log.close();
    const again = await opened(memory, log.session, "write");
    assert.deepEqual([again.events, again.torn, await again.verified], [wrote, null, { kind: "whole" }]);
    assert.deepEqual(
      (await again.append([note("four")])).map(({ seq }) => seq),
      [4],
    );
    await again.close();
  });

  it("lists sessions in the order in which they were made although the clock went backwards between them", async () => {
    const memory = openMemory(store.path);
    const made: string[] = [];
    let now = clock();
    Date.now = () => (now -= 3_600_000);
    for (let count = 0; count < 3; count += 1) {
      const log = await memory.create();
      await log.append([started(log.session, "file:///a")]);
      await log.close();
      made.unshift(log.session);
    }
    assert.deepEqual(await memory.sessions("file:///a"), made);
  });

  it("gives up no lease because of the clock, however far it jumps", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.append([note("one")]);
    for (const jump of [-1, 1]) {
      Date.now = () => clock() + jump * 10 * 365 * 86_400_000;
      const other = await opened(memory, log.session, "write");
      assert.equal(other.writable, false);
      await other.close();
      await log.append([note("more")]);
    }
    await log.close();
  });
});

describe("a long session", function () {
  this.timeout(60_000);
  const store = storage();

  it("of 100,000 events is opened within a second", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    const group = Array.from({ length: 1_000 }, (_, at) => note(`event ${at} of a session that went on and on`));
    for (let count = 0; count < 100; count += 1) await log.append(group);
    await log.close();
    const before = performance.now();
    const again = await opened(memory, log.session, "write");
    const took = performance.now() - before;
    assert.equal(again.events.length, 100_000);
    assert.ok(took < 1_000, `${took.toFixed(0)} ms`);
    await again.close();
  });
});
