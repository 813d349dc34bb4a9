/** Keys: what each press asks for, and that a text being written is left alone. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { commandFor, isMeant, keyHelp, type Command, type Press, type Where } from "../../../src/webview/keys.ts";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

describe("keys", () => {
  const cases: [string, Where, Command | null][] = [
    ["j", "page", "next"],
    ["n", "hunk", "next"],
    ["ArrowDown", "hunk", "next"],
    ["ArrowDown", "page", null],
    ["k", "control", "previous"],
    ["a", "page", "accept"],
    ["A", "page", "accept-file"],
    ["r", "page", "reject"],
    ["R", "page", "reject-why"],
    ["q", "page", "question"],
    ["u", "page", "undo"],
    ["U", "page", "redo"],
    ["Enter", "hunk", "toggle"],
    ["Enter", "control", null],
    ["Enter", "text", null],
    ["?", "page", "help"],
    ["a", "text", null],
    ["Escape", "text", "leave"],
    ["constructor", "page", null],
  ];
  for (const [key, where, wanted] of cases) {
    it(`${key} on a ${where} asks for ${wanted ?? "nothing"}`, () =>
      assert.equal(commandFor(press(key), where), wanted));
  }

  it("decides once while a key is held, and walks on", () => {
    assert.equal(isMeant("accept", press("a", { repeat: true }), 10_000), false);
    assert.equal(isMeant("accept", press("a"), 10_000), true);
    assert.equal(isMeant("next", press("j", { repeat: true }), 10_000), true);
  });

  it("decides nothing with letters typed while the focus was coming back from a box", () => {
    for (const command of ["accept", "reject", "accept-file", "undo", "reject-why", "bulk", "press"] as const)
      assert.equal(isMeant(command, press("x"), 80), false);
    assert.equal(isMeant("next", press("j"), 80), true);
    assert.equal(isMeant("accept", press("a"), 600), true);
  });

  it("sends a text with Ctrl or Cmd and Enter", () => {
    assert.equal(commandFor(press("Enter", { ctrlKey: true }), "text"), "send");
    assert.equal(commandFor(press("Enter", { metaKey: true }), "text"), "send");
  });

  it("leaves every other key with Ctrl, Cmd or Alt to the editor, and every other key in a text to the text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme-ascii" }).filter((key) => key !== "Escape"),
        fc.constantFrom<(keyof Press)[]>("ctrlKey", "metaKey", "altKey"),
        (key, held) => {
          assert.equal(commandFor(press(key, { [held as unknown as string]: true }), "page"), null);
          assert.equal(commandFor(press(key), "text"), null);
        },
      ),
    );
  });

  it("explains every letter that does something", () => {
    const explained = new Set<string>(keyHelp.flatMap(({ keys }) => keys));
    const letters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    const working = letters.filter((key) => commandFor(press(key), "page") !== null);
    assert.deepEqual(working.sort(), [...explained].filter((key) => key.length === 1 && key < "\u007f").sort());
  });
});
