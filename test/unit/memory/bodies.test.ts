/**
 * Bodies: exact bytes by their hash, there at once, durable with the next append, in little memory.
 */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { openMemory } from "../../../src/memory/index.ts";
import { faultyDisk, note, storage, opened } from "./fixture.ts";

const sha = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("bodies", function () {
  this.timeout(60_000); // hundreds of syncs, on a disk that is not ours alone
  const store = storage();

  it("are what was put, before an append, after it, and after a reopen", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(new Uint8Array(), Buffer.from("\n"), Buffer.from(`${"0".repeat(64)} 3\nabc\n`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { maxLength: 12 }), fc.nat(12), async (list, appendAfter) => {
        const memory = openMemory(store.path);
        const log = await memory.create();
        const ids: string[] = [];
        for (const [n, body] of list.entries()) {
          ids.push(await log.bodies.put(body));
          assert.ok(Buffer.from(body).equals(await log.bodies.get(String(ids[n]))));
          if (n === appendAfter) await log.append([note("now")]);
        }
        assert.deepEqual(ids, list.map(sha));
        await log.append([note("then")]);
        for (const [n, body] of list.entries())
          assert.ok(Buffer.from(body).equals(await log.bodies.get(String(ids[n]))));
        await log.close();
        const again = await opened(memory, log.session, "read");
        for (const [n, body] of list.entries()) {
          assert.ok(again.bodies.has(String(ids[n])));
          assert.ok(Buffer.from(body).equals(await again.bodies.get(String(ids[n]))));
        }
        await again.close();
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it("are stored once, however often they are put", async () => {
    const memory = openMemory(store.path);
    const log = await memory.create();
    const file = join(store.folder(log.session), "bodies");
    const big = randomBytes(3 << 20);
    await Promise.all([
      log.bodies.put(big),
      log.bodies.put(big),
      log.bodies.put(Buffer.from("small")),
      log.bodies.put(Buffer.from("small")),
    ]);
    await log.append([note("one")]);
    const size = statSync(file).size;
    assert.equal(size, big.length + 5 + 2 * 67 + "3145728".length + "5".length);
    await log.bodies.put(big);
    await log.append([note("two")]);
    await log.close();
    const again = await opened(memory, log.session, "write");
    await again.bodies.put(big);
    await again.append([note("three")]);
    assert.equal(statSync(file).size, size);
    await again.close();
  });

  it("are copied when put, and copied when given out", async () => {
    const log = await openMemory(store.path).create();
    for (const size of [10, 2 << 20]) {
      const bytes = Buffer.alloc(size, 1);
      const put = log.bodies.put(bytes);
      bytes.fill(2);
      const id = await put;
      assert.equal(id, sha(Buffer.alloc(size, 1)));
      for (const moment of ["waiting", "written", "read before"]) {
        const got = await log.bodies.get(id);
        assert.ok(
          got.every((byte) => byte === 1),
          moment,
        );
        got.fill(3);
        if (moment === "waiting") await log.append([note(moment)]);
      }
    }
    await log.close();
  });

  it("are durable before the event that names them", async () => {
    const disk = faultyDisk();
    const order: string[] = [];
    const memory = openMemory(store.path, {
      ...disk,
      open: async (path, how) => {
        const file = await disk.open(path, how);
        const name = path.endsWith("/log") ? "log" : "bodies";
        return {
          ...file,
          write: (bytes, at) => (order.push(`write ${name}`), file.write(bytes, at)),
          sync: () => (order.push(`sync ${name}`), file.sync()),
        };
      },
    });
    const log = await memory.create();
    await log.bodies.put(Buffer.from("text"));
    await log.append([note("one")]);
    await log.append([note("two")]);
    await log.close();
    assert.deepEqual(order, ["write bodies", "sync bodies", "write log", "sync log", "write log", "sync log"]);
  });

  it("do not pile up in memory while nothing is appended", async () => {
    const log = await openMemory(store.path).create();
    const file = join(store.folder(log.session), "bodies");
    for (let n = 0; n < 64; n += 1) {
      await log.bodies.put(randomBytes(512 << 10));
      assert.ok(((n + 1) << 19) - statSync(file).size <= 5 << 20, "all but a few megabytes are on the disk");
    }
    await log.close();
  });

  it("that were never put are asked for in vain", async () => {
    const log = await openMemory(store.path).create();
    assert.equal(log.bodies.has("0".repeat(64)), false);
    await assert.rejects(log.bodies.get("0".repeat(64)), /not in this session's memory/);
    await log.close();
  });
});
