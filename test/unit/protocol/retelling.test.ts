/** What is said in English is told in another language: exactly our sentences, with their values as they were. */
import assert from "node:assert/strict";
import { retelling, sentences } from "../../../src/protocol/retelling.ts";
import { english, fill, translator } from "../../../src/protocol/translate.ts";

/** A language in which every text stands in brackets. */
const pseudo = Object.fromEntries(Object.keys(sentences).map((text) => [text, `⟦${text}⟧`]));
const tell = retelling(pseudo);
const values = ["src/a.ts", "b c.md", "7", "x"];

describe("a translation", () => {
  it("puts values in as they are, in any order, and leaves a place without one", () => {
    assert.equal(fill("{1} of {0}, {2}", ["{1}", 3]), "3 of {1}, {2}");
    assert.equal(translator({ "{0} of {1}": "{1}: {0}" })("{0} of {1}", 1, "$&"), "$&: 1");
    assert.equal(translator({})("toString"), "toString");
    assert.equal(english("{0}.", "a"), "a.");
  });
});

describe("what is told in another language", () => {
  it("is every sentence, with its values", () => {
    for (const template of Object.keys(sentences))
      assert.equal(tell(fill(template, values)), fill(`⟦${template}⟧`, values), template);
  });

  it("is a sentence inside another, behind a name, in lines, and one after the other", () => {
    for (const [said, heard] of [
      ["Not sent. Another window has this session: it can be read here, and continued there.", null],
      ["a.ts: your own lines are in the way.", "a.ts: ⟦your own lines are in the way.⟧"],
      [
        "The draft could not be looked at: The disk is full.",
        "⟦The draft could not be looked at: ⟦The disk is full.⟧⟧",
      ],
      [
        "protected: git hooks run what stands here; VS Code runs tasks from this file",
        "⟦protected: ⟦git hooks run what stands here⟧; ⟦VS Code runs tasks from this file⟧⟧",
      ],
      ["The disk is full. Look at the hunk again.", "⟦The disk is full.⟧ ⟦Look at the hunk again.⟧"],
      ["The disk is full. nobody knows", "⟦The disk is full.⟧ nobody knows"],
      [
        "Left to decide one by one:\na.ts: the other half of a move is not in\nb.ts: x",
        "⟦Left to decide one by one:\n⟦a.ts: the other half of a move is not in⟧\nb.ts: x⟧",
      ],
      ["accepted 2 hunks in a.ts", "⟦accepted 2 hunks in a.ts⟧"],
    ] as const)
      assert.equal(tell(said), heard ?? `⟦${said}⟧`);
  });

  it("is nothing that others say: names, code, words of the person and of the model", () => {
    for (const text of [
      "",
      "src/Stop.ts",
      "if (a) return b; // c",
      "Wait for me: please",
      "I changed 3 files.",
      "edit a.ts",
    ])
      assert.equal(tell(text), text);
    const name = "1 file";
    assert.equal(tell(`There is no folder ${name}.`), `⟦There is no folder ${name}.⟧`, "a value is no sentence");
  });

  it("stays English where the language does not know it", () => {
    const half = retelling({ "The disk is full.": "Disque plein." });
    assert.equal(half("a: The disk is full. Look at the hunk again."), "a: Disque plein. Look at the hunk again.");
    assert.equal(retelling({})("The disk is full."), "The disk is full.");
  });

  it("takes no long time with a text that nearly fits", () => {
    const from = process.cpuUsage();
    for (const piece of ["a: ", "a. ", "; ", "\n", "(accepted ", "x: y; "]) tell(`Decision ${piece.repeat(4_000)}`);
    const { user, system } = process.cpuUsage(from);
    assert.ok(user + system < 3_000_000, `${user + system} µs`);
  });
});
