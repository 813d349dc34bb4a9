/**
 * Scenario files: what is read, what is refused with which words, and which step answers which messages.
 */
import assert from "node:assert/strict";
import { answerTo } from "../../../src/demo/answer.ts";
import { generatedBase } from "../../../src/demo/generate.ts";
import type { ApiMessage } from "../../../src/demo/request.ts";
import { parseScenario } from "../../../src/demo/scenario.ts";
import { changesOf, playTurn, scenarioNames, scenarioOf } from "./playing.ts";

const step = { blocks: [{ type: "text", text: "hello" }] };
const call = { type: "tool_use", name: "read", input: {} };

describe("a scenario file", () => {
  it("is refused with the place of what is wrong", () => {
    const fit = { about: "x", turns: [{ steps: [step] }] };
    const oneStep = (one: unknown) => ({ ...fit, turns: [{ steps: [one] }] });
    const cases: [unknown, string][] = [
      [[], "scenario: not an object"],
      [{ ...fit, extra: 1 }, "scenario.extra: unknown; known here: about, task, pace, turns, generate"],
      [{ turns: fit.turns }, "about: not a text, or empty"],
      [{ ...fit, turns: [] }, "turns: empty"],
      [{ ...fit, turns: [{}] }, "turns[0].cases: not a list"],
      [{ ...fit, turns: [{ cases: [{ when: {}, steps: [step] }] }] }, "turns[0].otherwise: not a list"],
      [{ ...fit, turns: [{ cases: [{ steps: [step] }], otherwise: [step] }] }, "turns[0].cases[0].when: missing"],
      [{ ...fit, turns: [{ steps: [step], otherwise: [step] }] }, "turns[0]: `steps` stands alone"],
      [
        { ...fit, generate: { kind: "hunks", files: 1, hunksPerFile: 1 } },
        "scenario: either `turns` or `generate`, not both",
      ],
      [
        { about: "x", generate: { kind: "hunks", files: 0, hunksPerFile: 1 } },
        "generate.files: not a whole number from 1 up",
      ],
      [{ ...fit, pace: { charsPerSecond: 0 } }, "pace.charsPerSecond: not a whole number from 1 up"],
      [oneStep({ blocks: [] }), "turns[0].steps[0].blocks: empty, and the step has neither `stop` nor `fault`"],
      [
        oneStep({ blocks: [{ type: "image" }] }),
        "turns[0].steps[0].blocks[0].type: not one of text, thinking, compaction, tool_use",
      ],
      [
        oneStep({ blocks: [{ type: "tool_use", name: "read", input: [] }] }),
        "turns[0].steps[0].blocks[0].input: not an object",
      ],
      [
        oneStep({ blocks: [{ type: "text", text: "x", name: "y" }] }),
        "turns[0].steps[0].blocks[0].name: unknown; known here: type, when, text",
      ],
      [oneStep({ ...step, when: { contains: [] } }), "turns[0].steps[0].when.contains: empty"],
      [oneStep({ ...step, when: { showing: "x" } }), "turns[0].steps[0].when.showing: needs `rejected` beside it"],
      [oneStep({ ...step, when: { failed: "no" } }), "turns[0].steps[0].when.failed: not true or false"],
      [
        oneStep({ ...step, fault: { kind: "flood" } }),
        "turns[0].steps[0].fault.kind: not one of status, cut, delay, overloaded, maxTokens, malformedToolJson, idle, repeatedStart, html, empty",
      ],
      [
        oneStep({ ...step, fault: { kind: "cut", how: "clean" } }),
        "turns[0].steps[0].fault: one of `afterEvents` and `afterBytes`",
      ],
      [
        oneStep({ ...step, fault: { kind: "cut", how: "slowly", afterEvents: 1 } }),
        "turns[0].steps[0].fault.how: not one of clean, reset",
      ],
      [oneStep({ ...step, fault: { kind: "status", status: 429 } }), "turns[0].steps[0].fault.type: missing"],
      [
        oneStep({ ...step, fault: { kind: "html", times: 0 } }),
        "turns[0].steps[0].fault.times: not a whole number from 1 up",
      ],
      [
        oneStep({ ...step, fault: { kind: "malformedToolJson" } }),
        "turns[0].steps[0].fault: `malformedToolJson` needs a tool_use block",
      ],
    ];
    assert.deepEqual(
      cases.map(([value]) => parseScenario(JSON.stringify(value))),
      cases.map(([, message]) => ({ kind: "invalid", message })),
    );
  });

  it("is refused when it is no JSON", () => {
    assert.equal(parseScenario("{").kind, "invalid");
  });

  it("is one the parser takes, for every file we have", () => {
    for (const name of scenarioNames()) assert.ok(scenarioOf(name).about.length > 10, name);
  });

  it("of hostile names has names that are hostile and files that can exist", () => {
    const files = new Map<string, string>();
    playTurn(scenarioOf("hostile-names"), [], files, "go");
    assert.equal(files.size, 18);
    for (const path of files.keys()) {
      assert.ok(
        path
          .split("/")
          .every((part) => part !== "" && part !== ".." && Buffer.byteLength(part) <= 255 && !part.includes("\0")),
        path,
      );
    }
  });

  it("of a thousand hunks makes a thousand hunks of one line", () => {
    const base = new Map(generatedBase({ files: 10, hunksPerFile: 100 }).map(({ path, text }) => [path, text]));
    const files = new Map(base);
    const { calls } = playTurn(scenarioOf("thousand-hunks"), [], files, "go");
    const changes = changesOf(base, files);
    assert.deepEqual([calls.length, files.size, changes.length], [10, 10, 1000]);
    assert.ok(changes.every((change) => change.removed.length === 1 && change.added.length === 1));
  }).timeout(10_000);
});

describe("the step that answers", () => {
  const text = (said: string, when = {}) => ({ blocks: [{ type: "text", text: said, when }] });
  const parsed = parseScenario(
    JSON.stringify({
      about: "steps to choose from",
      turns: [
        {
          steps: [
            { blocks: [call] },
            { when: { failed: true }, blocks: [{ type: "text", text: "sorry" }] },
            { blocks: [call] },
            text("end"),
          ],
        },
        {
          cases: [
            { when: { contains: ["one", "two"] }, steps: [text("both")] },
            { when: { rejected: "src/a.js", showing: "x = 1" }, steps: [text("a, x")] },
            { when: { rejected: "src/a.js" }, steps: [text("a")] },
            {
              when: { contains: "maybe", lacks: "never" },
              steps: [text("unsaid", { contains: "no such" }), text("maybe")],
            },
          ],
          otherwise: [text("otherwise")],
        },
      ],
    }),
  );
  assert.ok(parsed.kind === "scenario");
  const { scenario } = parsed;

  const user = (content: ApiMessage["content"]): ApiMessage => ({ role: "user", content });
  const model: ApiMessage = { role: "assistant", content: "…" };
  const result = (failed = false) => user([{ type: "tool_result", tool_use_id: "t", content: "", is_error: failed }]);
  const second = (prompt: string) => [user("go"), model, user(prompt)];
  const report = (path: string, rows: string) =>
    `Rejected in ${path} (hunk at line 3): no\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n context x = 1\n${rows}`;

  for (const { name, messages, answer } of [
    { name: "the first prompt gets the first step", messages: [user("go")], answer: "read" },
    { name: "each answer moves one step on", messages: [user("go"), model, result(), model, result()], answer: "end" },
    {
      name: "a failed call opens the step that asks for one",
      messages: [user("go"), model, result(true)],
      answer: "sorry",
    },
    {
      name: "a failure later than that step does not open it",
      messages: [user("go"), model, result(), model, result(true)],
      answer: "end",
    },
    { name: "two prompts in a row are one", messages: [user("go"), user("now")], answer: "read" },
    {
      name: "a result with text behind it begins a turn",
      messages: [
        user("go"),
        model,
        user([
          { type: "tool_result", tool_use_id: "t", content: "" },
          { type: "text", text: "stop that" },
        ]),
      ],
      answer: "otherwise",
    },
    { name: "all texts must be there", messages: second("two and one"), answer: "both" },
    { name: "some texts are not enough", messages: second("one"), answer: "otherwise" },
    { name: "a text that must not be there", messages: second("maybe never"), answer: "otherwise" },
    { name: "a step with nothing to say is passed over", messages: second("maybe"), answer: "maybe" },
    { name: "a rejected file", messages: second(report("src/a.js", "-y\n+z")), answer: "a" },
    {
      name: "a rejected hunk by its changed rows",
      messages: second(report("src/a.js", "-x = 1\n+x = 2")),
      answer: "a, x",
    },
    {
      name: "rows of another file's report do not count",
      messages: second(`${report("src/a.js", "-y")}\n${report("src/b.js", "-x = 1")}`),
      answer: "a",
    },
    { name: "another file", messages: second(report("src/a.jsx", "-x = 1")), answer: "otherwise" },
    {
      name: "after the last turn the last one is used",
      messages: [...second("x"), model, user("maybe")],
      answer: "maybe",
    },
    {
      name: "after the last step there is a polite end",
      messages: [...second("x"), model],
      answer: "That was everything I had prepared. The review is yours.",
    },
  ]) {
    it(name, () => {
      const [block] = answerTo(scenario, messages).blocks;
      assert.equal(block?.type === "tool_use" ? block.name : block?.text, answer);
    });
  }
});
