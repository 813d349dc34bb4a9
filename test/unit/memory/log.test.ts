/**
 * The log: what is appended is read back, in order, whatever it holds.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { LogError, openMemory } from "../../../src/memory/index.ts";
import type { EventBody, SessionEvent } from "../../../src/protocol/index.ts";
import { allOf, faultyDisk, note, storage, started, opened } from "./fixture.ts";

/** Reads a log by the documented format alone. */
function readIndependently(path: string): { events: unknown[]; bodies: number[] } {
  const events: unknown[] = [];
  const bodies: number[] = [];
  let previous = "countersign log 1";
  let since = "";
  for (const line of readFileSync(path, "latin1").split("\n").slice(0, -1)) {
    if (line.startsWith("= ")) {
      const [, value, length] = line.split(" ");
      const expected = createHash("sha256")
        .update(previous + since, "latin1")
        .update(String(length))
        .digest("hex");
      assert.equal(value, expected);
      previous = expected;
      since = "";
      bodies.push(Number(length));
    } else {
      const json = Buffer.from(line.slice(9), "latin1");
      assert.equal(line.slice(0, 9), `${crc32(json).toString(16).padStart(8, "0")} `);
      events.push(JSON.parse(json.toString("utf8")));
      since += `${line}\n`;
    }
  }
  assert.equal(since, "", "every group ends with a checkpoint");
  return { events, bodies };
}

describe("the log", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("gives back after a reopen what was acknowledged, numbered from 1", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    const first = await log.append([started(log.session, "file:///a"), note("one")]);
    const second = await log.append([note("two")]);
    assert.deepEqual(await allOf(log), [...first, ...second]);
    await log.close();
    assert.deepEqual(
      [...first, ...second].map((event) => event.seq),
      [1, 2, 3],
    );

    const again = await opened(memory, log.session, "write");
    assert.deepEqual(again.events, [...first, ...second]);
    assert.deepEqual([again.torn, again.writable, again.session], [null, true, log.session]);
    const [third] = await again.append([note("three")]);
    assert.equal(third?.seq, 4);
    assert.deepEqual(await again.verified, { kind: "whole" });
    await again.close();
  });

  it("is written in the documented format", async () => {
    const log = await openMemory(store.path).create();
    await log.append([started(log.session, "file:///a"), note("é \u2028 \ud800 \n")]);
    await log.bodies.put(Buffer.from("abc"));
    await log.append([note("two")]);
    const events = await allOf(log);
    await log.close();
    const read = readIndependently(join(store.folder(log.session), "log"));
    assert.deepEqual(read, { events, bodies: [0, 64 + 1 + 1 + 1 + 3 + 1] });
    const hash = createHash("sha256").update("abc").digest("hex");
    assert.equal(readFileSync(join(store.folder(log.session), "bodies"), "utf8"), `${hash} 3\nabc\n`);
  });

  it("touches nothing before it is asked to", async () => {
    const path = join(store.path, "deep", "below");
    const memory = openMemory(path);
    assert.throws(() => statSync(path));
    assert.deepEqual(await memory.sessions("file:///a"), []);
    assert.throws(() => statSync(path));
    await (await memory.create()).close();
    assert.ok(statSync(path).isDirectory());
  });

  it("keeps folders and files to their owner", async () => {
    const log = await openMemory(store.path).create();
    await log.append([note("one")]);
    const folder = store.folder(log.session);
    const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
    assert.deepEqual([mode(join(store.path, "sessions")), mode(folder)], ["700", "700"]);
    const names = store.names(log.session);
    assert.equal(names.length, 3);
    assert.deepEqual(
      names.map((name) => mode(join(folder, name))),
      ["600", "600", "600"],
    );
    await log.close();
    assert.deepEqual(store.names(log.session), ["bodies", "log"]);
  });

  it("keeps an event of an unknown kind as it is, and goes on behind it", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    const later = { kind: "dreamt", of: ["sheep", { electric: true }], version: 9 } as unknown as EventBody;
    await log.append([note("one"), later, note("two")]);
    await log.close();
    const again = await opened(memory, log.session, "read");
    await again.close();
    const { at, ...rest } = again.events[1] as SessionEvent;
    assert.deepEqual([typeof at, rest], ["number", { seq: 2, ...later }]);
    assert.equal(again.events.length, 3);
  });

  it("writes a thousand appends made at once in few groups, in their order", async () => {
    const disk = faultyDisk();
    const memory = openMemory(store.path, disk);
    const log = await memory.create();
    const acknowledged: number[] = [];
    const all = await Promise.all(
      Array.from({ length: 1000 }, async (_, n) => {
        const events = await log.append(n % 7 === 0 ? [note(`${n}`), note(`${n}+`)] : [note(`${n}`)]);
        acknowledged.push(n);
        return events;
      }),
    );
    assert.ok(disk.syncs <= 3, `${disk.syncs} syncs`);
    assert.deepEqual(
      acknowledged,
      Array.from({ length: 1000 }, (_, n) => n),
    );
    const flat = all.flat();
    assert.deepEqual(
      flat.map((event) => event.seq),
      flat.map((_, n) => n + 1),
    );
    await log.close();
    const again = await opened(memory, log.session, "read");
    assert.deepEqual(again.events, flat);
    await again.close();
  });

  it("takes calls that come while a group is being written into the next one", async () => {
    const log = await openMemory(store.path).create();
    const first = log.append([note("one")]);
    await new Promise((done) => setImmediate(done));
    const rest = [log.append([note("two")]), log.append([note("three")])];
    await Promise.all([first, ...rest]);
    const events = await allOf(log);
    await log.close();
    assert.deepEqual(
      events.map((event) => (event as { text: string }).text),
      ["one", "two", "three"],
    );
  });

  it("writes an event as it was when append was called", async () => {
    const log = await openMemory(store.path).create();
    const body = { kind: "note" as const, text: "then" };
    const appended = log.append([body]);
    body.text = "now";
    const [event] = await appended;
    await log.close();
    assert.equal((event as { text?: string }).text, "then");
  });

  it("refuses to append after it was closed, saying so", async () => {
    const log = await openMemory(store.path).create();
    const last = log.append([note("one")]);
    await Promise.all([last, log.close(), log.close()]);
    await assert.rejects(
      log.append([note("two")]),
      (error: LogError) => error instanceof LogError && error.cause === "This session was closed.",
    );
  });

  it("keeps any list of events exactly, however they are grouped", async () => {
    // A minus zero is no value of JSON: it reads back as 0, before and after a reopen alike.
    const value = fc.jsonValue({ stringUnit: "binary" }).map((any) => JSON.parse(JSON.stringify(any)) as unknown);
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\ud800", "\udc00a", "\u0000\n\r", "= 00", "\u2028"),
    );
    const body = fc
      .record({ kind: fc.oneof(fc.constant("note"), text), text, value }, { noNullPrototype: true })
      .filter((any) => any.kind !== "");
    const groups = fc.array(fc.record({ bodies: fc.array(body, { maxLength: 5 }), wait: fc.boolean() }), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(groups, async (list) => {
        const memory = openMemory(store.path);
        const log = await memory.create();
        const calls: Promise<SessionEvent[]>[] = [];
        for (const { bodies, wait } of list) {
          const call = log.append(bodies as unknown as EventBody[]);
          calls.push(call);
          if (wait) await call;
        }
        const events = (await Promise.all(calls)).flat();
        await log.close();
        assert.deepEqual(
          events.map(({ seq, at, ...rest }) => (assert.ok(seq > 0 && at > 0), rest)),
          list.flatMap(({ bodies }) => bodies),
        );
        const again = await opened(memory, log.session, "write");
        assert.deepEqual(again.events, events);
        assert.deepEqual([again.torn, await again.verified], [null, { kind: "whole" }]);
        await again.close();
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it("refuses a value that is no event", async () => {
    const log = await openMemory(store.path).create();
    for (const body of [undefined, "text", [1], { kind: "note", text: "", seq: 4 }]) {
      await assert.rejects(log.append([body as unknown as EventBody]), TypeError);
    }
    assert.equal((await log.append([note("one")]))[0]?.seq, 1);
    await log.close();
  });
});
