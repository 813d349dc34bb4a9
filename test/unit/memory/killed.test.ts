/**
 * A process killed while it appends: everything it had acknowledged is there, texts included.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openMemory } from "../../../src/memory/index.ts";
import { storage, opened } from "./fixture.ts";

const room = pathToFileURL(join(import.meta.dirname, "../../../src/memory/index.ts")).href;
const shared = new URL("./fixture.ts", import.meta.url).href;

describe("a process killed while it appends", function () {
  this.timeout(60_000);
  const store = storage();
  let child: ChildProcess | null = null;
  afterEach(() => child?.kill("SIGKILL"));

  it("has lost nothing it acknowledged, and the session goes on", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    await log.close();
    for (let round = 0; round < 4; round += 1) {
      // Prints the last acknowledged event and its text after each append; every text is 20 KB of its own.
      const script = `
        import { writeSync } from "node:fs";
        const { openMemory } = await import(${JSON.stringify(room)});
        const { everyEvent } = await import(${JSON.stringify(shared)});
        const log = await openMemory(${JSON.stringify(store.path)}).open(${JSON.stringify(log.session)}, "write", everyEvent);
        for (let n = 0; ; n += 1) {
          const id = await log.bodies.put(Buffer.from("${round}." + n + " ".repeat(20000)));
          const [event] = await log.append([{ kind: "note", text: id }]);
          writeSync(1, event.seq + " " + id + "\\n");
        }`;
      child = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(child, "close");
      let said = "";
      const enough = 20 + 7 * round;
      child.stdout?.on("data", (data: Buffer) => {
        said += data.toString("latin1");
        if (said.split("\n").length > enough) child?.kill("SIGKILL");
      });
      await exited;

      const again = await opened(memory, log.session, "write");
      assert.equal(again.writable, true);
      const acknowledged = said.split("\n").slice(0, -1);
      assert.ok(acknowledged.length >= enough);
      for (const line of acknowledged) {
        const [seq, id] = line.split(" ");
        const event = again.events[Number(seq) - 1] as { seq: number; text: string };
        assert.deepEqual([event.seq, event.text], [Number(seq), id]);
        assert.equal((await again.bodies.get(event.text)).length > 20_000, true);
      }
      assert.deepEqual(await again.verified, { kind: "whole" });
      await again.close();
    }
  });
});
