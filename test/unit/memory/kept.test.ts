/**
 * What is kept of a long log beside it: used where it fits, and as none in every other case. The log is the truth.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openMemory, type OpenLog } from "../../../src/memory/index.ts";
import { newSessionId } from "../../../src/memory/session-id.ts";
import type { Fold } from "../../../src/protocol/index.ts";
import { allOf, everyEvent, faultyDisk, note, started, storage } from "./fixture.ts";

/** So many events make a log long here. */
const long = 6;

interface Parts {
  log: Buffer;
  bodies: Buffer;
  fold: Buffer;
}

/** A fold that also tells how many events it took. */
function counted(version = everyEvent.version): Fold<unknown[]> & { taken: number } {
  const fold = {
    ...everyEvent,
    version,
    taken: 0,
    take(events: unknown[], event: unknown) {
      fold.taken += 1;
      return everyEvent.take(events, event);
    },
  };
  return fold;
}

/** A session of nine events in five groups, of which the first seven are kept, and its bodies' ids. */
async function longSession(path: string): Promise<Parts & { session: string; ids: string[]; keptSeq: number }> {
  const memory = openMemory(path, undefined, long);
  const first = await memory.create();
  const folder = join(path, "sessions", first.session);
  const ids: string[] = [];
  await first.append([started(first.session, "file:///a"), note("one")]);
  ids.push(await first.bodies.put(Buffer.from("kept\n")));
  await first.append([note("two é"), note("three \ud800")]);
  ids.push(await first.bodies.put(Buffer.from([0, 255, 10, 13])));
  await first.append([note("four"), note("five"), note("six")]);
  await first.close();
  const log = await memory.open(first.session, "write", everyEvent);
  await log.kept;
  ids.push(await log.bodies.put(Buffer.from("later")));
  await log.append([note("seven")]);
  await log.append([note("eight")]);
  await log.close();
  const read = (name: string) => readFileSync(join(folder, name));
  return { session: first.session, ids, keptSeq: 7, log: read("log"), bodies: read("bodies"), fold: read("fold") };
}

/** A session of its own that holds these bytes. */
function plant(path: string, parts: { log: Uint8Array; bodies: Uint8Array; fold?: Uint8Array }): string {
  const session = newSessionId();
  const folder = join(path, "sessions", session);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  writeFileSync(join(folder, "log"), parts.log);
  writeFileSync(join(folder, "bodies"), parts.bodies);
  if (parts.fold) writeFileSync(join(folder, "fold"), parts.fold);
  return session;
}

/** What an opening makes of it: everything that a person or the next opening could tell apart. */
async function opening(path: string, session: string, ids: readonly string[], fold = counted()) {
  const log = await openMemory(path, undefined, 1e9).open(session, "write", fold);
  const texts = await Promise.all(
    ids.map((id) =>
      log.bodies.get(id).then(
        (bytes) => Buffer.from(bytes).toString("latin1"),
        () => null,
      ),
    ),
  );
  const verified = await log.verified;
  await log.append([note("again")]);
  const whole = (await allOf(log)).map((event) => (event as { seq: number; text?: string }).text);
  await log.close();
  const torn = log.torn && { bytes: log.torn.bytes };
  return { folded: log.folded, torn, texts, verified, whole };
}

describe("what is kept of a long log", function () {
  this.timeout(120_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("lets the next opening take only what came after, and it comes to the same", async () => {
    const { session, ids, keptSeq } = await longSession(store.path);
    const [fold, anew] = [counted(), counted("another version")];
    const [found, expected] = [await openIn(session, fold), await openIn(session, anew)];
    assert.deepEqual([fold.taken, anew.taken], [9 - keptSeq, 9]);
    assert.deepEqual(found.folded, expected.folded);
    for (const id of ids) assert.deepEqual(await found.bodies.get(id), await expected.bodies.get(id));
    assert.deepEqual([await found.verified, await expected.verified], [{ kind: "whole" }, { kind: "whole" }]);
    await Promise.all([found.close(), expected.close()]);
  });

  function openIn(session: string, fold: Fold<unknown[]>): Promise<OpenLog & { folded: unknown[] }> {
    return openMemory(store.path).open(session, "read", fold);
  }

  it("is written for the owner alone, when a log is opened, never while it is appended to, and not for a short one", async () => {
    const memory = openMemory(store.path, undefined, long);
    const log = await memory.create();
    for (let n = 0; n < 3 * long; n += 1) await log.append([note(`${n}`)]);
    await log.close();
    assert.deepEqual(store.names(log.session), ["bodies", "log"]);
    const reader = await memory.open(log.session, "read", everyEvent);
    await reader.kept;
    await reader.close();
    assert.deepEqual(store.names(log.session), ["bodies", "log"], "a reader writes nothing");
    const again = await memory.open(log.session, "write", everyEvent);
    await again.kept;
    await again.close();
    assert.deepEqual(store.names(log.session), ["bodies", "fold", "log"]);
    assert.equal(statSync(join(store.folder(log.session), "fold")).mode & 0o777, 0o600);
    const short = await memory.create();
    await short.append([note("one")]);
    await short.close();
    const shortAgain = await memory.open(short.session, "write", everyEvent);
    await shortAgain.kept;
    await shortAgain.close();
    assert.deepEqual(store.names(short.session), ["bodies", "log"]);
  });

  it("is made anew when enough came after it, from what was kept before", async () => {
    const { session } = await longSession(store.path);
    const memory = openMemory(store.path, undefined, 2);
    const before = readFileSync(join(store.folder(session), "fold"));
    const log = await memory.open(session, "write", counted());
    await log.kept;
    await log.close();
    assert.notDeepEqual(readFileSync(join(store.folder(session), "fold")), before);
    const fold = counted();
    const again = await memory.open(session, "read", fold);
    await again.close();
    assert.deepEqual([fold.taken, again.folded.length], [0, 9]);
  });

  it("is not finished by a session that is closed meanwhile, and nothing half made stays", async () => {
    const { session, fold } = await longSession(store.path);
    const log = await openMemory(store.path, undefined, 1).open(session, "write", counted("a newer version"));
    await log.close();
    assert.deepEqual(store.names(session), ["bodies", "fold", "log"]);
    assert.deepEqual(readFileSync(join(store.folder(session), "fold")), fold);
  });

  it("opens to the same as the log alone, wherever log, texts and it are cut", async () => {
    const whole = await longSession(store.path);
    const cutOf = (bytes: Buffer) => fc.oneof(fc.constant(bytes.length), fc.nat({ max: bytes.length }));
    const cuts = fc.record({ log: cutOf(whole.log), bodies: cutOf(whole.bodies), fold: cutOf(whole.fold) });
    await fc.assert(
      fc.asyncProperty(cuts, async (cut) => {
        const parts = { log: whole.log.subarray(0, cut.log), bodies: whole.bodies.subarray(0, cut.bodies) };
        const alone = await opening(store.path, plant(store.path, parts), whole.ids);
        const beside = { ...parts, fold: whole.fold.subarray(0, cut.fold) };
        assert.deepEqual(await opening(store.path, plant(store.path, beside), whole.ids), alone);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it("with any one byte altered is as none", async () => {
    const whole = await longSession(store.path);
    for (let at = 0; at < whole.fold.length; at += 3) {
      const fold = Buffer.from(whole.fold);
      fold[at] = fold[at]! ^ (1 + (at % 255));
      const session = plant(store.path, { ...whole, fold });
      const counting = counted();
      const log = await openIn(session, counting);
      await log.close();
      assert.deepEqual([log.folded.length, counting.taken], [9, 9], `byte ${at}`);
    }
  });

  const faults: { name: string; make: (whole: Parts, other: Parts, folder: string) => Partial<Parts> }[] = [
    { name: "missing", make: () => ({}) },
    { name: "empty", make: () => ({ fold: Buffer.alloc(0) }) },
    { name: "without its last line", make: ({ fold }) => ({ fold: fold.subarray(0, fold.lastIndexOf("\n", -2) + 1) }) },
    { name: "with its last line twice", make: ({ fold }) => ({ fold: Buffer.concat([fold, lines(fold).at(-1)!]) }) },
    { name: "with two lines exchanged", make: ({ fold }) => ({ fold: exchanged(fold, 2, 3) }) },
    { name: "without a line in the middle", make: ({ fold }) => ({ fold: without(fold, 3) }) },
    { name: "of another session", make: (_, { fold }) => ({ fold }) },
    { name: "of some other program", make: () => ({ fold: Buffer.from("{}\n\n\0\nnull\n") }) },
    {
      name: "of a later version of its format",
      make: ({ fold }) => ({ fold: replaced(fold, '"version":1', '"version":2') }),
    },
    { name: "of zeros, as a crash can leave them", make: ({ fold }) => ({ fold: Buffer.alloc(fold.length) }) },
    { name: "newer than a log that was put back", make: ({ log, fold }) => ({ fold, log: log.subarray(0, 300) }) },
    {
      name: "that is a folder",
      make: (_, __, folder) => (mkdirSync(join(folder, "fold")), {}),
    },
    {
      name: "that is a link to a good one",
      make: ({ fold }, _, folder) => {
        writeFileSync(join(folder, "elsewhere"), fold);
        symlinkSync("elsewhere", join(folder, "fold"));
        return {};
      },
    },
  ];
  for (const { name, make } of faults) {
    it(`${name}: the log is folded from its first event, and nothing is lost`, async () => {
      const [whole, other] = [await longSession(store.path), await longSession(store.path)];
      const session = plant(store.path, { log: whole.log, bodies: whole.bodies });
      const folder = store.folder(session);
      const made = make(whole, other, folder);
      for (const [part, bytes] of Object.entries(made)) writeFileSync(join(folder, part), bytes);
      const log = made.log ?? whole.log;
      const alone = await opening(store.path, plant(store.path, { log, bodies: whole.bodies }), whole.ids);
      const fold = counted();
      assert.deepEqual(await opening(store.path, session, whole.ids, fold), alone);
      assert.equal(fold.taken, alone.folded.length);
    });
  }

  it("does not hide that the log was altered before it, and still gives what was kept", async () => {
    const whole = await longSession(store.path);
    const firstLine = whole.log.indexOf(10);
    for (const [at, from] of [
      [firstLine + 30, 1],
      [whole.log.indexOf("two"), 3],
      [whole.log.indexOf("five"), 5],
    ] as const) {
      const log = Buffer.from(whole.log);
      log[at] = log[at]! ^ 1;
      const session = plant(store.path, { ...whole, log });
      const found = await openMemory(store.path, undefined, 1).open(session, "write", counted());
      await found.kept;
      assert.equal(found.folded.length, 9);
      assert.deepEqual(await found.verified, {
        kind: "altered",
        from,
        why: `Event ${from}, or one written together with it, was changed after it was written.`,
      });
      await found.close();
      assert.deepEqual(
        readFileSync(join(store.folder(session), "fold")),
        whole.fold,
        "of an altered log nothing is kept",
      );
    }
  });

  it("does not hide that the texts were damaged before it", async () => {
    const whole = await longSession(store.path);
    const bodies = Buffer.from(whole.bodies);
    bodies[0] = 33;
    const log = await openIn(plant(store.path, { ...whole, bodies }), counted());
    assert.equal((await log.verified).kind, "altered");
    await log.close();
  });

  it("is left as it was by a disk that fails, and the session goes on", async () => {
    const whole = await longSession(store.path);
    const { session } = whole;
    const disk = faultyDisk();
    disk.replace = () => Promise.reject(Object.assign(new Error("input/output error"), { code: "EIO" }));
    const log = await openMemory(store.path, disk, 1).open(session, "write", counted());
    await log.kept;
    await log.append([note("nine")]);
    await log.close();
    assert.deepEqual(store.names(session), ["bodies", "fold", "log"]);
    assert.deepEqual(readFileSync(join(store.folder(session), "fold")), whole.fold);
  });

  it("clears away what a killed window left half written", async () => {
    const { session } = await longSession(store.path);
    writeFileSync(join(store.folder(session), "fold.0123456789abcdef.tmp"), "half of it");
    const log = await openMemory(store.path, undefined, 1).open(session, "write", counted());
    await log.kept;
    await log.close();
    assert.deepEqual(store.names(session), ["bodies", "fold", "log"]);
  });
});

function lines(bytes: Buffer): Buffer[] {
  return bytes
    .toString("latin1")
    .split(/(?<=\n)/)
    .map((line) => Buffer.from(line, "latin1"));
}

function exchanged(bytes: Buffer, one: number, other: number): Buffer {
  const all = lines(bytes);
  [all[one], all[other]] = [all[other]!, all[one]!];
  return Buffer.concat(all);
}

function without(bytes: Buffer, line: number): Buffer {
  return Buffer.concat(lines(bytes).filter((_, at) => at !== line));
}

function replaced(bytes: Buffer, text: string, by: string): Buffer {
  return Buffer.from(bytes.toString("latin1").replace(text, by), "latin1");
}
