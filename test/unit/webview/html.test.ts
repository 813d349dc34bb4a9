/** The page's document: strict policy, nothing inline, every value escaped. */
import assert from "node:assert/strict";
import { pageHtml } from "../../../src/protocol/page.ts";

const parts = { cspSource: "https://files.example", script: "s.js", style: "s.css", token: "t", lang: "en" };

describe("the page's document", () => {
  it("allows nothing but the host's own script, styles and fonts", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/
      .exec(pageHtml(parts))?.[1]
      ?.replaceAll("&#39;", "'")
      .split("; ");
    assert.deepEqual(policy, [
      "default-src 'none'",
      "script-src https://files.example",
      "style-src https://files.example",
      "font-src https://files.example",
      "img-src 'none'",
      "connect-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ]);
  });

  it("has nothing inline", () => {
    assert.doesNotMatch(pageHtml(parts), /<style|style=|\son\w+=|<script[^>]*>[^<]/);
  });

  it("lets no value end its attribute", () => {
    const html = pageHtml({ ...parts, token: `"><script src=x></script>`, lang: `en" onload="x` });
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.ok(html.includes('content="&quot;&gt;&lt;script src=x&gt;&lt;/script&gt;"'));
    assert.ok(html.includes('lang="en&quot; onload=&quot;x"'));
  });
});
