/** Shifts: how far what the person looks at moved, and which buttons are not where a hand expects them. */
import assert from "node:assert/strict";
import { shiftOf, slid, within, type Box } from "../../../src/webview/shifts.ts";

const button = (top: number, left = 0): Box => ({ left, top, width: 60, height: 24 });

describe("a shift", () => {
  const before = new Map([
    ["a", 0],
    ["b", 100],
  ]);
  const cases: [string, Record<string, number>, (string | null)[], number][] = [
    ["is what the first wanted part moved", { a: 30, b: 140 }, ["b", "a"], 40],
    ["goes by the next one where the first is gone", { a: 30 }, ["b", "a"], 30],
    ["goes by the next one where the first is new", { a: -5, c: 70 }, ["c", "a"], -5],
    ["is none where nothing wanted is left", { c: 70 }, [null, "b", "a"], 0],
    ["is none where nothing is wanted", { a: 30 }, [], 0],
  ];
  for (const [name, after, wanted, shift] of cases)
    it(name, () =>
      assert.equal(
        shiftOf(before, (key) => after[key] ?? null, wanted),
        shift,
      ),
    );
});

describe("a button has slid", () => {
  const before = new Map([
    ["accept 1", button(0)],
    ["accept 2", button(100)],
  ]);
  const cases: [string, [string, Box][], string[]][] = [
    ["not where it stayed, or moved by a border", [["accept 1", button(1)]], []],
    ["where it went down", [["accept 1", button(100)]], ["accept 1"]],
    ["where it went aside", [["accept 1", button(0, 20)]], ["accept 1"]],
    ["where it is new and another one was there", [["accept 3", button(110)]], ["accept 3"]],
    ["not where it is new at a place of its own", [["accept 3", button(200)]], []],
  ];
  for (const [name, after, moved] of cases) it(name, () => assert.deepEqual(slid(before, new Map(after)), moved));
});

describe("the parts in sight", () => {
  const edges = (index: number) => ({ top: index * 10, bottom: index * 10 + 10 });
  const cases: [number, number, [number, number]][] = [
    [0, 25, [0, 3]],
    [25, 40, [2, 4]],
    [95, 500, [9, 10]],
    [200, 500, [10, 10]],
  ];
  for (const [top, bottom, parts] of cases)
    it(`between ${top} and ${bottom} are ${parts.join(" to ")}`, () =>
      assert.deepEqual(within(10, edges, top, bottom), parts));
});
