/** What can be translated: every text of the editor's room is in the bundle, and a window message is never written past it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bundleFile, bundleOf, bundleText, localisedSources } from "../../../scripts/l10n.ts";
import { root } from "./built.ts";

describe("the texts that can be translated", () => {
  it("are all in the bundle, and no other", () => {
    const bundle = bundleOf(localisedSources());
    assert.ok(Object.keys(bundle).length > 80, "the sources were read");
    assert.equal(
      readFileSync(join(root, bundleFile), "utf8"),
      bundleText(bundle),
      "write it again with `npm run l10n`",
    );
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
