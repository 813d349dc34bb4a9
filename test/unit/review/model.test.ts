/** The laws by model: a seeded sample of the histories that `npm run proof -- model` plays. */
import assert from "node:assert/strict";
import { clashing, mergeOf, type Change, type Diff } from "./model.ts";
import { playFolders } from "./modelFolderHistories.ts";
import { playHistories } from "./modelHistories.ts";

describe("the laws, on random histories of one file", () => {
  it("are kept by the review room as by the model of them", function () {
    this.timeout(60_000);
    const { cases, done } = playHistories(1, 300);
    assert.deepEqual(cases, []);
    const met = [
      "(stale)",
      "(other half)",
      "(changed since refused)",
      "(overtaken)",
      "undone",
      "redone",
      "orders",
      "edit",
      "rows",
    ];
    for (const what of met) assert.ok((done.get(what) ?? 0) > 10, `${what} is met often enough to be tried`);
  });
});

describe("the laws, on random histories of a folder", () => {
  it("are kept by a session as by the model of them", async function () {
    this.timeout(60_000);
    const { cases, done } = await playFolders(2, 100);
    assert.deepEqual(cases, []);
    const met = ["(path)", "(mode)", "(text)", "(stale)", "undo done", "redo done", "edit done", "rows done"];
    for (const what of met) assert.ok((done.get(what) ?? 0) > 10, `${what} is met often enough to be tried`);
  });
});

describe("the model", () => {
  const change = (from: number, to: number, ...lines: string[]): Change => ({ from, to, lines });

  it("knows what clashes", () => {
    const cases: [Change, Change, boolean][] = [
      [change(0, 2, "x"), change(1, 3, "y"), true],
      [change(0, 2, "x"), change(2, 3, "y"), false],
      [change(0, 2, "x\n"), change(2, 3, "x\n", "y\n"), true],
      [change(1, 1, "x"), change(0, 2), true],
      [change(1, 1, "x"), change(1, 1, "x"), false],
    ];
    for (const [a, b, expected] of cases) assert.equal(clashing(a, b, 9), expected);
  });

  it("lets the winner's text stand where two texts clash", () => {
    const diff: Diff = (_, to) =>
      to[0] === "x\n" ? [change(0, 1, "x\n")] : [change(0, 2, "y\n"), change(3, 3, "z\n")];
    const merged = mergeOf(diff, ["a\n", "b\n", "c\n"], ["x\n", "b\n", "c\n"], ["y\n", "c\n", "z\n"], "ours");
    assert.deepEqual(merged.text, ["x\n", "b\n", "c\n", "z\n"]);
    assert.equal(merged.groups.length, 1);
  });
});
