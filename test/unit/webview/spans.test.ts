/** Spans: what is code in the agent's words, and that nothing but two backticks is left out. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { spansOf } from "../../../src/webview/spans.ts";

/** The pieces, code ones in brackets. */
const shown = (text: string) => spansOf(text).map(({ code, text: piece }) => (code ? `[${piece}]` : piece));

describe("the agent's words", () => {
  const cases: [string, string, string[]][] = [
    ["have code between backticks", "use `a.b()` here", ["use ", "[a.b()]", " here"]],
    ["have code at both ends", "`a` and `b`", ["[a]", " and ", "[b]"]],
    ["keep a backtick that nothing closes", "still `stream", ["still `stream"]],
    ["keep a fence", "```js\nx\n```", ["```js\nx\n```"]],
    ["keep backticks on two lines", "a `b\nc` d", ["a `b\nc` d"]],
    ["keep an empty pair", "a `` b", ["a `` b"]],
    ["mean nothing else", "**a** <b>c</b> [d](e)", ["**a** <b>c</b> [d](e)"]],
    ["may be none", "", []],
  ];
  for (const [name, text, pieces] of cases) it(name, () => assert.deepEqual(shown(text), pieces));

  it("lose nothing but the backticks of their code", () => {
    const text = fc.array(fc.constantFrom("`", "``", "a", "\n", "<i>", " ")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (all) => {
        const whole = spansOf(all).map((span) => (span.code ? `\`${span.text}\`` : span.text));
        return whole.join("") === all;
      }),
    );
  });
});
