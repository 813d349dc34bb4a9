/** Handover: one window asks, the other lets go; nothing is taken from one that does not answer. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { openHandovers, openMemory } from "../../../src/memory/index.ts";
import { opened, storage } from "./fixture.ts";

describe("taking a session over", function () {
  this.timeout(20_000);
  const store = storage();

  it("makes the holder let go, and leaves the session free to be opened", async () => {
    const log = await openMemory(store.path).create();
    const handovers = openHandovers(store.path);
    const end = handovers.whenAsked(log.session, () => void log.close());
    assert.deepEqual(await handovers.ask(log.session), { kind: "free" });
    end();
    const again = await opened(openMemory(store.path), log.session, "write");
    assert.equal(again.writable, true);
    await again.close();
    assert.deepEqual(asks(store.path, log.session), []);
  });

  it("leaves the session with a holder that does not answer, and names it", async () => {
    const log = await openMemory(store.path).create();
    assert.deepEqual(await openHandovers(store.path, 100).ask(log.session), { kind: "kept", pid: process.pid });
    assert.equal(log.writable, true);
    assert.deepEqual(asks(store.path, log.session), []);
    await log.close();
  });

  it("needs no asking where nobody has it", async () => {
    const log = await openMemory(store.path).create();
    await log.close();
    assert.deepEqual(await openHandovers(store.path, 0).ask(log.session), { kind: "free" });
  });

  it("makes no path of what is no session's id", async () => {
    await assert.rejects(openHandovers(store.path, 0).ask("../../else"), /not the id/);
  });
});

function asks(folder: string, session: string): string[] {
  return readdirSync(join(folder, "sessions", session)).filter((name) => name.startsWith("asked."));
}
