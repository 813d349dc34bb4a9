/** Which members of a JSON text do something, and where they stand, whatever the text looks like. */
import assert from "node:assert/strict";
import { flaggedIn, touches } from "../../../src/review/members.ts";
import { linesOf } from "../../../src/review/text.ts";

const members = new Map([
  ["scripts", "runs"],
  ["husky", "hooks"],
]);
const keys: [RegExp, string][] = [
  [/^runOn$/i, "starts"],
  [/path$/i, "names"],
];
const flagged = (text: string, own: ReadonlyMap<string, string> = members, wherever = keys) => {
  const found = flaggedIn(linesOf(text), own, wherever);
  return found === "unreadable" ? found : found.map(({ effect, from, to }) => `${effect} ${from}-${to}`).join(", ");
};

describe("members that do something", () => {
  const table: [what: string, text: string, found: string][] = [
    ["from the key to the end of the value", '{\n"a": 1,\n"scripts": {\n"b": "c"\n},\n"d": 2\n}\n', "runs 2-5"],
    ["one after the other", '{ "scripts": 1,\n"husky": [\n] }', "runs 0-1, hooks 1-3"],
    ["key and value on lines of their own", '{\n"scripts"\n:\n1\n}', "runs 1-4"],
    ["up to the last thing in it, not the blanks behind", '{ "scripts": 1\n\n \t\n, "a": 2 }', "runs 0-1"],
    ["not up to a comment behind it", '{ "scripts": 1 // one\n/* two\n*/\n}', "runs 0-1"],
    ["up to its own closing bracket", '{ "scripts": [\n1,\n2\n]\n}', "runs 0-4"],
    ["in lines that end in any way", '{\r\n"a": 1,\r"b": 2,\n"scripts": 3 }', "runs 3-4"],
    ["below a comment of many lines", '{ /* a\r\nb\rc\n*/ "scripts": 1 }', "runs 3-4"],
    ["below a comment that is not one of many lines", '{ // a /*\n"scripts": 1 }', "runs 1-2"],
    ["behind a comment with brackets and quotes", '{ /* } " ] */ "scripts": 1 // }\n}', "runs 0-1"],
    ["behind a string with what looks like a comment", '{ "a": "// /*", "b": "\\"}", "scripts": 1 }', "runs 0-1"],
    ["with a comma behind the last", '{ "scripts": 1, }', "runs 0-1"],
    ["behind a mark of byte order", '\ufeff{ "scripts": 1 }', "runs 0-1"],
    ["with a tab in a string", '{ "a": "\t", "scripts": "\t" }', "runs 0-1"],
    ["with every kind of value", '{ "a": [true, false, null, -1.5e+3, 0xF], "scripts": null }', "runs 0-1"],
    ["by their names behind escapes", '{ "\\u0073cripts": 1 }', "runs 0-1"],
    ["twice where they stand twice", '{ "scripts": 1, "scripts": 2 }', "runs 0-1, runs 0-1"],
    ["not deeper down", '{ "a": { "scripts": 1 }, "b": [{ "husky": 1 }] }', ""],
    ["not in a list", '[{ "scripts": 1 }]', ""],
    ["not as values in a list", '{ "a": ["path"] }', ""],
    ["no schema without a colon", '{ "$schema" "https://a" }', ""],
    ["not as values", '{ "a": "scripts", "b": ["husky"] }', ""],
    ["behind a member whose value has members", '{ "a": { "b": 1 }, "scripts": 2 }', "runs 0-1"],
    [
      "those of a pattern wherever they stand",
      '{ "a": [{ "RunOn": 1 }],\n"b": { "someathPath": 2 } }',
      "starts 0-1, names 1-2",
    ],
    ["the address of a schema", '{ "$schema": "https://a" }', "schema 0-1"],
    ["the address of a schema, deeper down, in any case, behind blanks", '[{ "$schema":\n" HTTP://a" }]', "schema 0-2"],
    ["no schema that is no address", '{ "$schema": "./https:", "a": "https://a" }', ""],
    ["no schema that is no string", '{ "$schema": ["https://a"], "b": "https://a" }', ""],
    ["no schema of the value before", '{ "a": "https://a", "$schema": 1 }', ""],
    ["no key that only holds the name", '{ "runOnce": 1, "pathos": 2, "$schemas": "https://a" }', ""],
  ];
  for (const [what, text, found] of table) it(`are found: ${what}`, () => assert.equal(flagged(text), found));

  for (const text of [
    "",
    "1",
    "{",
    "[",
    '{ "scripts": 1',
    '{ "scripts": 1 }}',
    '{ "scripts": 1 ]',
    '[ "scripts": 1 }',
    "]",
    "}",
    "{} {}",
    "[] {}",
    "{} ,",
    ', { "a": 1 }',
    '{ "a":: 1 }',
    "{ : 1 }",
    "[ : ]",
    '[ "a" : 1 ]',
    ": {}",
    "{ a: 1 }",
    "{ 'a': 1 }",
    '{ "a\\q": 1 }',
    '{ "a": "\\q" }',
    '"a"',
    '{ "a": "b\n" }',
    '{ "a": " }',
    '{ "a": tru }',
    '{ "a": nulls }',
    '{ "a": 1% }',
    '{ "a": / }',
    '{ "a": xtrue }',
    '{ "a": -x }',
  ])
    it(`cannot be told in ${JSON.stringify(text)}`, () => assert.equal(flagged(text), "unreadable"));

  it("are told as far as they are seen where no name of the outermost ones is asked for", () => {
    assert.equal(flagged('{ "runOn": 1, x "path": 2', new Map()), "starts 0-1, names 0-1");
    assert.equal(flagged('{ "$schema":\n"https://a"', new Map(), []), "schema 0-2");
  });

  it("are told of what is still open at the end", () => {
    assert.equal(flagged('{ "path": {\n"runOn": [\n1\n', new Map()), "names 0-3, starts 1-3");
  });

  it("are only addresses of schemas where nothing else is asked for, escapes or not", () => {
    assert.equal(flagged('{\n"scripts": 1,\n"$schema": "https://a"\n}', new Map(), []), "schema 2-3");
    assert.equal(flagged('{\n"\\u0024schema": "https://a"\n}', new Map(), []), "schema 1-2");
    assert.equal(flagged('{\n"path": 1\n}', new Map(), []), "");
  });

  it("are those of the outermost ones where no pattern is asked for", () => {
    assert.equal(flagged('{ "scripts": 1 }', members, []), "runs 0-1");
  });

  it("mean what their name does before what their pattern does", () => {
    assert.equal(flagged('{ "path": 1 }', new Map([["path", "runs"]])), "runs 0-1");
  });
});

describe("a hunk touches a member", () => {
  const table: [from: number, to: number, touched: boolean][] = [
    [0, 2, false],
    [0, 3, true],
    [2, 3, true],
    [4, 5, true],
    [4, 9, true],
    [5, 6, false],
    [0, 9, true],
    [2, 2, false],
    [3, 3, true],
    [4, 4, true],
    [5, 5, false],
    [9, 9, false],
  ];
  for (const [from, to, touched] of table)
    it(`of lines 2 to 5 ${touched ? "" : "not "}with lines ${from} to ${to}`, () =>
      assert.equal(touches({ effect: "", from: 2, to: 5 }, from, to), touched));
});
