/** The demo: whether a copy of the sample is as it was made, and whether its process runs. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshSample, isAsMade, isSample, openDemo } from "../../../src/editor/demo.ts";
import type { Rooms } from "../../../src/editor/rooms.ts";

const dist = join(import.meta.dirname, "../../../src");

describe("a copy of the sample", () => {
  let storage: string;
  beforeEach(() => (storage = mkdtempSync(join(tmpdir(), "demo-"))));
  afterEach(() => rmSync(storage, { recursive: true, force: true }));

  for (const [what, change, asMade] of [
    ["nothing", () => {}, true],
    ["a file beside the sample's own", (folder: string) => writeFileSync(join(folder, "notes.txt"), "mine"), true],
    ["a line in one of its files", (folder: string) => appendFileSync(join(folder, "package.json"), "\n"), false],
    ["a file less", (folder: string) => rmSync(join(folder, "README.md")), false],
  ] as const)
    it(`counts ${what} as ${asMade ? "as made" : "worked on"}`, async () => {
      const folder = await freshSample(dist, storage);
      change(folder);
      assert.equal(await isAsMade(dist, folder), asMade);
      assert.equal(await isSample(dist, folder), true);
    });
});

describe("the demo's process", () => {
  it("counts as gone when it ended by itself, and is started again by the next to ask", async () => {
    const ends: (() => void)[] = [];
    const rooms = {
      child: async () => ({
        lines: (async function* () {
          yield JSON.stringify({ kind: "listening", port: 4000 + ends.length });
        })(),
        exited: new Promise<{ code: number | null; problem: string }>((resolve) =>
          ends.push(() => resolve({ code: null, problem: "" })),
        ),
        end: () => {},
      }),
    } as unknown as Rooms;
    const demo = openDemo(dist, rooms);
    assert.equal(demo.running, false);
    const first = await demo.connect();
    assert.equal(demo.running, true);
    ends[0]!();
    await new Promise(setImmediate);
    assert.equal(demo.running, false);
    assert.notEqual((await demo.connect()).key, first.key);
    assert.equal(demo.running, true);
  });
});
