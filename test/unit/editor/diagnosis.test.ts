/** The diagnostic report: what it says, and what it never says. */
import assert from "node:assert/strict";
import type { LogOutputChannel, SecretStorage } from "vscode";
import { gist, masking, reportOf, type Facts } from "../../../src/editor/diagnosis.ts";
import { keepTroubles, type Troubles } from "../../../src/editor/troubles.ts";

const home = ["", "home", "ada"].join("/");
const key = "sk-ant-api03-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789";

const facts: Facts = {
  extension: "0.1.0",
  editor: { name: "VS Code", version: "1.139.1", where: "desktop", language: "en" },
  machine: { platform: "linux x64", node: "22.15.0" },
  workspace: { folders: 1, trusted: true },
  settings: {
    endpoint: `https://ada:${key}@models.example:8443/v1?key=${key}`,
    model: "a-model",
    files: 20_000,
    megabytes: 500,
  },
  key: true,
  sessions: 3,
  current: { activity: "idle", files: 2, pending: 5, accepted: 1, rejected: 0, stale: 0 },
  troubles: [
    { at: 0, level: "error", text: `ENOENT: ${home}/secret project/src/a.ts, ${key} | ${home}/notes/b.ts` },
    { at: 1000, level: "warning", text: "session s1: torn" },
  ],
  places: [
    { path: `${home}/secret project`, name: "‹folder 1›" },
    { path: home, name: "~" },
  ],
};

describe("the diagnostic report", () => {
  it("says the versions, the settings, the counts and the last problems", () => {
    assert.deepEqual(reportOf(facts).split("\n"), [
      "## Countersign diagnostic report",
      "",
      "| what | value |",
      "|---|---|",
      "| Countersign | 0.1.0 |",
      "| editor | VS Code 1.139.1, desktop, en |",
      "| machine | linux x64, Node 22.15.0 |",
      "| workspace | 1 folders, trusted |",
      "| endpoint | models.example:8443 |",
      "| model | a-model |",
      "| copy limits | 20000 files, 500 MB |",
      "| API key | set |",
      "| sessions of these folders | 3 |",
      "| session of this window | idle; 2 files, 5 to review, 1 accepted, 0 rejected, 0 stale |",
      "",
      "Last problems:",
      "",
      "- 1970-01-01T00:00:00.000Z error: ENOENT: ‹folder 1›/src/a.ts, ‹masked› \\| ~/notes/b.ts",
      "- 1970-01-01T00:00:01.000Z warning: session s1: torn",
      "",
    ]);
  });

  it("says so where nothing was read and nothing went wrong", () => {
    const report = reportOf({ ...facts, sessions: null, current: null, troubles: [], key: false });
    for (const row of ["folders | not read |", "window | none |", "API key | not set |", "- none"])
      assert.ok(report.includes(row), row);
  });

  for (const [what, text, masked] of [
    ["a key", `401 for ${key}`, "401 for ‹masked›"],
    ["a header", "authorization: Bearer abc.def", "authorization: ‹masked›"],
    ["a password in an address", "https://me:word@host.example/x", "https://‹masked›@host.example/x"],
    ["a path elsewhere", "no such file: /srv/clients/acme/plan.md", "no such file: …/plan.md"],
    ["a path in quotes", "open '/srv/clients/acme'", "open '…/acme'"],
    ["a path on Windows", "open C:\\Clients\\acme\\plan.md", "open …/plan.md"],
  ] as const) {
    it(`masks ${what}`, () => assert.equal(masking(text, []), masked));
  }

  it("keeps an address and a relative path, which name no folder of anybody's", () => {
    const text = "https://api.example/v1/messages and src/money.js";
    assert.equal(masking(text, []), text);
  });
});

describe("a logged problem", () => {
  it("is kept as its first line and the places in our bundles", () => {
    const problem = new Error("it broke\nwith a file's text");
    problem.stack = [
      "Error: it broke",
      "const secret = 1;",
      `    at write (${home}/x/dist/extension.cjs:12:3)`,
      `    at ${home}/x/dist/session.cjs:4:5`,
    ].join("\n");
    assert.equal(gist(problem), "Error: it broke (extension.cjs:12:3 < session.cjs:4:5)");
    assert.equal(gist("x".repeat(1_000)).length, 200);
  });

  it("reaches the channel, and the last ten are remembered", () => {
    const { logged, troubles } = withChannel();
    const { log } = troubles;
    log.info("begun");
    log.warn("passed by");
    for (let count = 1; count <= 10; count++) log.error(`problem ${count}`);
    assert.equal(log.name, "Countersign");
    assert.deepEqual([logged.length, logged[0], logged[1]], [12, "begun", "passed by"]);
    assert.deepEqual(
      troubles.last().map(({ text }) => text),
      Array.from({ length: 10 }, (_, index) => `problem ${index + 1}`),
    );
  });

  it("reaches the channel without secrets at every level, an error with where it came about", () => {
    const { logged, troubles } = withChannel();
    const { log } = troubles;
    for (const level of levels) log[level](`${level} ${key}`, `more ${key}`);
    log.appendLine(key);
    log.error(new Error(`it broke for ${key}`), new Error(key));
    assert.deepEqual(
      logged.slice(0, levels.length),
      levels.map((level) => `${level} ‹masked›`),
    );
    assert.match(String(logged.at(-1)), /^Error: it broke for ‹masked›\n {4}at /);
    assert.doesNotMatch(JSON.stringify([logged, troubles.last()]), new RegExp(key));
    assert.deepEqual(
      troubles.last().map(({ text }) => text.split(" (")[0]),
      ["warn ‹masked›", "error ‹masked›", "Error: it broke for ‹masked›"],
    );
  });

  it("holds no value that was read from the secret storage or put into it, whatever its shape", async () => {
    const { logged, troubles } = withChannel();
    const kept = new Map([["a", "an old plain key"]]);
    const secrets = troubles.watched({
      get: (name: string) => Promise.resolve(kept.get(name)),
      store: (name: string, value: string) => Promise.resolve(void kept.set(name, value)),
    } as unknown as SecretStorage);
    troubles.log.info("an old plain key");
    assert.equal(await secrets.get("a"), "an old plain key");
    assert.equal(await secrets.get("b"), undefined);
    await secrets.store("b", " a new plain key ");
    assert.equal(kept.get("b"), " a new plain key ");
    troubles.log.info("has an old plain key");
    troubles.log.warn("has a new plain key!");
    assert.deepEqual(logged, ["an old plain key", "has ‹masked›", "has ‹masked›!"]);
    assert.equal(troubles.clean("an old plain key"), "‹masked›");
  });
});

const levels = ["trace", "debug", "info", "warn", "error"] as const;

function withChannel(): { logged: unknown[]; troubles: Troubles } {
  const logged: unknown[] = [];
  const write = (text: unknown) => logged.push(text);
  const channel = {
    name: "Countersign",
    appendLine: write,
    ...Object.fromEntries(levels.map((level) => [level, write])),
  };
  return { logged, troubles: keepTroubles(channel as unknown as LogOutputChannel) };
}
