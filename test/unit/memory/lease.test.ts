/**
 * Two windows: one writes, the other reads; a process that is gone holds nothing.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LogError, openMemory } from "../../../src/memory/index.ts";
import { takeLease } from "../../../src/memory/lease.ts";
import { allOf, note, opened, storage } from "./fixture.ts";

const room = pathToFileURL(join(import.meta.dirname, "../../../src/memory/index.ts")).href;
const shared = new URL("./fixture.ts", import.meta.url).href;

const others = new Set<ChildProcess>();

/** Another process that opens a session, says what came of it, appends a note if it may, and stays until it is ended. */
async function otherWindow(storage: string, session: string): Promise<{ writable: boolean; end(): Promise<void> }> {
  const script = `
    const { openMemory } = await import(${JSON.stringify(room)});
    const { everyEvent } = await import(${JSON.stringify(shared)});
    const log = await openMemory(${JSON.stringify(storage)}).open(${JSON.stringify(session)}, "write", everyEvent);
    if (log.writable) await log.append([{ kind: "note", text: "from the other window" }]);
    console.log(JSON.stringify({ writable: log.writable }));
    setInterval(() => undefined, 1000);`;
  const child: ChildProcess = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  others.add(child);
  assert.ok(child.stdout !== null);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return {
    ...(JSON.parse(said.toString()) as { writable: boolean }),
    async end() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      others.delete(child);
    },
  };
}

describe("the lease on a session", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();
  afterEach(() => {
    for (const child of others) child.kill("SIGKILL"); // left over by a test that failed
    others.clear();
  });

  it("makes a second opener of one process a reader, until the first closes", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.append([note("one")]);
    const second = await opened(memory, log.session, "write");
    assert.deepEqual([second.writable, second.events, second.torn], [false, await allOf(log), null]);
    await assert.rejects(
      second.append([note("two")]),
      (error: LogError) => error instanceof LogError && /open in another window/.test(error.cause),
    );
    await assert.rejects(second.bodies.put(Buffer.from("two")), LogError);
    await second.close();
    await log.append([note("three")]);
    await log.close();
    const third = await opened(memory, log.session, "write");
    assert.deepEqual([third.writable, third.events.length], [true, 2]);
    await third.close();
  });

  it("makes a second window a reader, and goes over when the first one is killed", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.append([note("one")]);
    await log.close();

    const other = await otherWindow(store.path, log.session);
    assert.equal(other.writable, true);
    const reader = await opened(memory, log.session, "write");
    assert.deepEqual([reader.writable, reader.events.length], [false, 2]);
    await reader.close();
    await other.end();

    const after = await opened(memory, log.session, "write");
    assert.deepEqual([after.writable, after.events.length, after.torn], [true, 2, null]);
    const late = await otherWindow(store.path, log.session);
    assert.equal(late.writable, false);
    await late.end();
    await after.close();
    assert.deepEqual(store.names(log.session), ["bodies", "log"]);
  });

  it("never has two holders, however many ask at once, and in the end has one", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.close();
    const folder = store.folder(log.session);
    for (let round = 0; round < 20; round += 1) {
      const leases = await Promise.all(Array.from({ length: 4 }, () => takeLease(folder)));
      const held = leases.filter((lease) => lease.kind === "held");
      assert.ok(held.length <= 1, `${held.length} holders`);
      for (const lease of held) await lease.release();
    }
    const lease = await takeLease(folder);
    assert.equal(lease.kind, "held");
    if (lease.kind === "held") await lease.release();
    assert.deepEqual(store.names(log.session), ["bodies", "log"]);
  });

  // Only there does the system tell when a process started.
  if (existsSync("/proc/self/stat")) {
    it("is not held by an earlier process that had the same id", async () => {
      const memory = openMemory(store.path);
      const log = await memory.create();
      await log.close();
      const stale = `lock.${process.pid}.1.0123456789abcdef`;
      closeSync(openSync(join(store.folder(log.session), stale), "wx"));
      const again = await opened(memory, log.session, "write");
      assert.equal(again.writable, true);
      assert.ok(!store.names(log.session).includes(stale));
      await again.close();
    });
  }

  it("broken by hand: a writer whose file was changed by another stops writing", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.append([note("one")]);
    appendFileSync(join(store.folder(log.session), "log"), "something else\n");
    await assert.rejects(log.append([note("two")]), /changed by another program/);
    await assert.rejects(log.append([note("three")]), /changed by another program/);
    await log.close();
    const again = await opened(memory, log.session, "write");
    assert.deepEqual([again.events.length, again.torn?.bytes], [1, 15]);
    await again.close();
  });
});
