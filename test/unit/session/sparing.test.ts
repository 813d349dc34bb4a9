/** Sparing: when a session has the folder copied for its next task. */
import assert from "node:assert/strict";
import type { Draft, Drafts } from "../../../src/protocol/index.ts";
import { openSparing } from "../../../src/session/sparing.ts";
import { scene } from "./scene.ts";

/** A session of a folder of so many files and bytes, whose draft is there if `made`. */
function session(files: number, bytes: number, spare: (() => number) | undefined, made = true) {
  const asked: AbortSignal[] = [];
  let fails = false;
  const prepare: Drafts["prepare"] = (folder, signal) => {
    assert.equal(folder, "/folder");
    asked.push(signal!);
    if (fails) return Promise.reject(new Error("no space"));
    return new Promise((_, reject) => signal!.addEventListener("abort", () => reject(signal!.reason as Error)));
  };
  const parts = { folder: { path: "/folder" }, drafts: { prepare }, ...(spare ? { spare } : {}) };
  const desk = { parts, draft: () => (made ? ({ files, bytes } as Draft) : null) };
  return {
    sparing: openSparing(desk as unknown as Parameters<typeof openSparing>[0]),
    asked,
    fail: () => void (fails = true),
  };
}

describe("the spare copy of a folder", () => {
  const megabyte = 1_000_000;
  for (const [what, files, bytes, spare, begins] of [
    ["of 1,000 files is made", 1_000, megabyte, () => megabyte, true],
    ["of fewer files is not", 999, megabyte, () => megabyte, false],
    ["of more bytes than the person allows is not", 5_000, megabyte + 1, () => megabyte, false],
    ["is not made where the person wants none", 5_000, 1, () => 0, false],
    ["is not made where nothing is said of it", 5_000, 1, undefined, false],
  ] satisfies [string, number, number, (() => number) | undefined, boolean][]) {
    it(what, () => {
      const { sparing, asked } = session(files, bytes, spare);
      sparing.begin();
      assert.equal(asked.length, begins ? 1 : 0);
    });
  }

  it("is made by a session when its first turn has ended, and not before", async () => {
    const tree = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`${index}.txt`, "text"]));
    const stage = await scene(tree, { spare: () => megabyte });
    const during: number[] = [];
    for (const _ of [1, 2]) await stage.turn([() => void during.push(stage.prepared.length)]);
    assert.deepEqual([during, stage.prepared], [[0, 1], ["/folder"]]);
  });

  it("is made once for a session, whatever became of it", async () => {
    const { sparing, asked, fail } = session(2_000, 1, () => 1);
    fail();
    sparing.begin();
    await new Promise((resolve) => setImmediate(resolve));
    sparing.begin();
    assert.equal(asked.length, 1);
  });

  it("is not begun without a draft", () => {
    const { sparing, asked } = session(2_000, 1, () => 1, false);
    sparing.begin();
    assert.equal(asked.length, 0);
  });

  it("is given up when the session is closed, which waits for that", async () => {
    const { sparing, asked } = session(2_000, 1, () => 1);
    sparing.begin();
    await sparing.close();
    assert.equal(asked[0]!.aborted, true);
    sparing.begin();
    assert.equal(asked.length, 1);
  });
});
