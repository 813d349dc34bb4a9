/** Messages of the page: what is believed, and what is dropped. */
import assert from "node:assert/strict";
import { messagesTried } from "./tries.ts";
import { parsePageMessage } from "../../../src/protocol/view.ts";

describe("a message of the page", () => {
  const items = [{ file: "f1", revision: 1, hunks: ["h1"] }];
  const right = { kind: "accept", token: "right", items };

  it("is believed with the page's token and a known shape, without what was added to it", () => {
    const added = { ...right, path: "/etc/passwd", text: "pwned", command: "x" };
    assert.deepEqual(parsePageMessage(added, "right"), right);
  });

  for (const [what, message] of [
    ["without a token", { kind: "accept", items }],
    ["with another page's token", { ...right, token: "wrong" }],
    ["with a list as its token", { ...right, token: ["right"] }],
    ["of a kind that there is not", { ...right, kind: "accept-all" }],
    ["with a number for a hunk", { ...right, items: [{ ...items[0], hunks: [1] }] }],
    ["with an action that a page may not ask for", { kind: "action", token: "right", action: "quit" }],
    ["that is a list", [right]],
    ["that is a text", JSON.stringify(right)],
    ["that is nothing", null],
  ] as const)
    it(`is dropped ${what}`, () => assert.equal(parsePageMessage(message, "right"), null));

  it("is dropped however it was altered", () => {
    const { tried, cases } = messagesTried({ seed: 1, count: 2_000 });
    assert.equal(tried, 2_000);
    assert.deepEqual(cases, []);
  });
});
