/** What can be translated: every text of the editor's room is in the bundle, and a window message is never written past it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFile, bundleOf, bundleText, localisedSources, withSentences } from "../../../scripts/l10n.ts";
import { sentenceFiles, sentencesOf } from "../../../scripts/sentences.ts";
import { root } from "./built.ts";

describe("the texts that can be translated", () => {
  it("are all in the bundle, and no other", () => {
    const bundle = withSentences(bundleOf(localisedSources()), sentencesOf());
    assert.ok(Object.keys(bundle).length > 80, "the sources were read");
    assert.equal(
      readFileSync(join(root, bundleFile), "utf8"),
      bundleText(bundle),
      "write it again with `npm run l10n`",
    );
  });

  it("are recognised where they are shown: the list of what the rooms behind the page say is the sources'", () => {
    for (const [file, text] of sentenceFiles(sentencesOf()))
      assert.equal(readFileSync(join(root, file), "utf8"), text, "write it again with `npm run l10n`");
  });

  it("have in every translation the same places to fill", () => {
    const places = (text: string) => [...text.matchAll(/\{\d+\}/g)].map(String).sort();
    for (const name of readdirSync(join(root, "l10n"))) {
      const translated = JSON.parse(readFileSync(join(root, "l10n", name), "utf8")) as Record<string, string>;
      for (const [text, translation] of Object.entries(translated))
        assert.deepEqual(places(translation), places(text), `${name}: ${text}`);
    }
  });

  it("are what the editor's messages show: none is a sentence of its own", () => {
    const shown = /\b(?:show(?:Information|Warning|Error)Message|setStatusBarMessage)\(\s*(?:"[^"]*"|`[^`$]*`)/g;
    for (const [path, text] of localisedSources()) assert.deepEqual(text.match(shown) ?? [], [], path);
  });
});

describe("collecting the texts", () => {
  const of = (source: string) => bundleOf(new Map([["src/editor/a.ts", source]]));

  it("reads strings with their escapes, once each and in order", () => {
    assert.deepEqual(of('l10n.t("b \\"x\\""); l10n.t("a {0}", l10n.t(`c`)); l10n.t("a {0}", 1);'), {
      "a {0}": "a {0}",
      'b "x"': 'b "x"',
      c: "c",
    });
  });

  it("names a call whose text is put together at run time", () => {
    assert.throws(() => of("\nl10n.t(`a $" + "{b}`); l10n.t(c);"), /src\/editor\/a\.ts:2, src\/editor\/a\.ts:2/);
  });
});

describe("collecting what the rooms behind the page say", () => {
  const of = (source: string) => Object.fromEntries(sentencesOf(new Map([["src/session/a.ts", source]])));

  it("makes a template of each way in which a text is put together, and follows names that stand for texts", () => {
    const source = `
      const what = undone ? "undone" : "done again";
      const half = \`\${stuck.join(", ")}: already \${what}.\`;
      function wordsOf(status: number): string {
        if (status === 429) return "the limit is reached";
        return "the service is busy";
      }
      const answer = { text: \`Not sent. \${capital(\`\${wordsOf(1)} (\${status})\`)}: \${fault.why}.\` };`;
    assert.deepEqual(of(source), {
      "done again": "",
      "{0}: already undone.": "",
      "{0}: already done again.": "",
      "the limit is reached": "",
      "the service is busy": "",
      "Not sent. The limit is reached ({0}): {1}.": "1",
      "Not sent. The service is busy ({0}): {1}.": "1",
      "the limit is reached ({0})": "",
      "the service is busy ({0})": "",
    });
  });

  it("takes single words only where they are shown, and no kinds, types, comparisons or words for a defect", () => {
    const source = `
      import { x } from "a module.ts";
      type Kind = "moved on" | "all done";
      const action = { label: "Wait", action: "wait", kind: "moved on", text: "Stop" };
      if (state === "is not it") throw new Error("a state that cannot be");
      throw new Error("The draft is gone.");`;
    assert.deepEqual(of(source), { Wait: "", Stop: "", "The draft is gone.": "" });
  });
});
