/** A turn of an agent that is a program of its own: what it says and does, what it asks, how it goes on. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ground, play, prompts } from "./playing.ts";

describe("a turn of an outside agent", () => {
  it("becomes whole blocks, calls that are called and answered once, a plan, and the tokens it tells", async () => {
    using at = ground();
    const { events } = await play(at, "edits");
    const shown = events.filter(({ kind }) => kind !== "message" && kind !== "text");
    assert.deepEqual(shown, [
      { kind: "step", step: 1 },
      { kind: "said", text: "I will change a file." },
      { kind: "call", call: "c1", name: "edit" },
      { kind: "input", call: "c1", field: "path", text: "a.txt" },
      { kind: "input", call: "c1", field: "old", text: "one\n" },
      { kind: "input", call: "c1", field: "new", text: "two\n" },
      {
        kind: "called",
        call: "c1",
        name: "edit",
        summary: "Write a.txt",
        input: { file_path: join(at.draft, "a.txt") },
      },
      { kind: "answered", call: "c1", ok: true, text: "wrote a.txt" },
      {
        kind: "plan",
        steps: [
          { text: "first", status: "done" },
          { text: "then", status: "pending" },
        ],
      },
      { kind: "cost", amount: 0.25, currency: "USD" },
      { kind: "step.ended", step: 1, stop: "tool_use", usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 } },
      { kind: "step", step: 2 },
      { kind: "said", text: "Done." },
      { kind: "step.ended", step: 2, stop: "end_turn", usage: { input: 5, output: 7, cacheRead: 11, cacheWrite: 13 } },
      { kind: "note", text: "Scripted puts its cost so far at 0.2500 USD." },
      { kind: "ended", how: "done" },
    ]);
    assert.equal(readFileSync(join(at.draft, "a.txt"), "utf8"), "two\n");
  });

  it("keeps what was said as messages that any engine goes on from", async () => {
    using at = ground();
    const { history } = await play(at, "edits", { prompt: "Change it." });
    const plain = history.filter((message) => (message as { role?: string }).role !== undefined);
    assert.deepEqual(plain, [
      { role: "user", content: [{ type: "text", text: "Change it." }], by: "acp Scripted" },
      { role: "assistant", content: [{ type: "text", text: "I will change a file." }], by: "acp Scripted" },
      { role: "assistant", content: [{ type: "text", text: "Done." }], by: "acp Scripted" },
    ]);
  });

  it("writes through its client inside the draft", async () => {
    using at = ground();
    await play(at, "client-files");
    assert.equal(readFileSync(join(at.draft, "sub/new.txt"), "utf8"), "new\n");
  });

  it("is refused a path outside, through a link, of a repository's data and of secrets, and the person is told", async () => {
    using at = ground();
    const { events, ended } = await play(at, "outside");
    const said = events.flatMap((event) => (event.kind === "said" ? [event.text] : [])).join("");
    assert.equal(said.includes("written"), false);
    const notes = events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
    assert.equal(notes.length, 5);
    assert.ok(notes.every((note) => note.startsWith("Scripted asked for a file that it is not given.")));
    assert.deepEqual(
      ["../outside.txt", "../elsewhere/x.txt", ".env", ".git/config"].filter((path) =>
        existsSync(join(at.draft, path)),
      ),
      [],
    );
    assert.equal(ended.how, "done");
  });

  it("is given the person's servers of tools as they are", async () => {
    using at = ground();
    const servers = [{ name: "search", command: "/usr/bin/search", args: ["--x"], env: [{ name: "A", value: "1" }] }];
    await play(at, "", { servers });
    const begun = at.heard().find(({ method }) => method === "session/new")!;
    assert.deepEqual(begun.params["mcpServers"], servers);
    assert.equal(begun.params["cwd"], at.draft);
  });

  for (const [does, how] of [
    ["limit", "limit"],
    ["refuses", "refused"],
  ] as const)
    it(`that ends by a ${does === "limit" ? "limit" : "refusal"} says so, and what to do`, async () => {
      using at = ground();
      const { ended } = await play(at, does);
      assert.equal(ended.how, how);
      assert.ok(ended.message && ended.remedy);
    });
});

describe("what an agent asks leave for", () => {
  it("is shown as the bytes that would run, not as the agent describes it", async () => {
    using at = ground();
    const { questions } = await play(at, "runs", { reply: () => ({ option: "refuse" }) });
    assert.deepEqual(questions, [
      {
        kind: "permission",
        title: "The agent asks to run this.",
        lines: ["npm test", "echo two"],
        folder: "",
        options: [
          { id: "agent yes", label: "Allow once", kind: "once" },
          { id: "task", label: "Allow exactly this in this task", kind: "session" },
          { id: "refuse", label: "Refuse", kind: "refuse" },
        ],
        note: "It runs in the agent’s sandbox: it can change the private copy alone, and reach the network.",
      },
    ]);
  });

  for (const [option, answered] of [
    ["agent yes", "yes"],
    ["task", "yes"],
    ["refuse", "no"],
    ["something else", "no"],
  ] as const)
    it(`gets the answer “${answered}” for “${option}”`, async () => {
      using at = ground();
      const { events } = await play(at, "runs", { reply: () => ({ option }) });
      assert.ok(events.some((event) => event.kind === "said" && event.text === `answered ${answered}`));
    });

  it("is not asked again in this task once the person allowed exactly that, also after a restart", async () => {
    using at = ground();
    const first = await play(at, "runs", { reply: () => ({ option: "task" }) });
    const second = await play(at, "runs", { history: JSON.parse(JSON.stringify(first.history)) as unknown[] });
    assert.equal(second.questions.length, 0);
    assert.ok(second.events.some((event) => event.kind === "said" && event.text === "answered yes"));
  });

  it("needs no answer for a file of the draft where a sandbox holds it, and does for one outside", async () => {
    using at = ground();
    const { questions } = await play(at, "edits-with-leave", { reply: () => ({ option: "refuse" }) });
    assert.deepEqual(
      questions.map(({ lines }) => lines.some((line) => line.includes("/etc/hosts"))),
      [true],
    );
  });

  it("needs an answer for everything where nothing holds it, and the person is told so", async () => {
    using at = ground();
    const { questions } = await play(at, "edits-with-leave", { confined: false, reply: () => ({ option: "refuse" }) });
    assert.equal(questions.length, 2);
    assert.ok(questions.every(({ note }) => note === "There is no sandbox here: it runs with your rights."));
  });

  it("tells the reason of a refusal with the next prompt, once", async () => {
    using at = ground();
    const first = await play(at, "runs", { reply: () => ({ option: "refuse", why: "It is slow." }) });
    const second = await play(at, "resumes", { history: first.history, prompt: "Go on." });
    await play(at, "resumes", { history: second.history, prompt: "And on." });
    const told = prompts(at).map((prompt) => prompt.includes("The person’s reason: It is slow."));
    assert.deepEqual(told, [false, true, false]);
  });
});

describe("an agent's session", () => {
  for (const does of ["resumes", "loads"] as const)
    it(`is taken up again by an agent that ${does} sessions, which is told nothing twice`, async () => {
      using at = ground();
      const first = await play(at, does, { prompt: "First." });
      const second = await play(at, does, { history: first.history, prompt: "Second." });
      assert.deepEqual(
        at
          .heard()
          .map(({ method }) => method)
          .filter((method) => method.startsWith("session/")),
        ["session/new", "session/prompt", does === "loads" ? "session/load" : "session/resume", "session/prompt"],
      );
      assert.equal(prompts(at)[1], "Second.");
      assert.equal(
        second.events.some((event) => event.kind === "said" && event.text.includes("long ago")),
        false,
      );
    });

  it("that the agent has lost, or cannot take up, is begun anew with what happened", async () => {
    for (const does of ["", "resumes"]) {
      using at = ground();
      const first = await play(at, does, { prompt: "First words." });
      writeFileSync(join(at.home, "sessions.json"), '{"sessions":[]}');
      await play(at, does, { history: first.history, prompt: "Second." });
      const told = prompts(at)[1]!;
      assert.match(told, /What happened in this task before/);
      assert.match(told, /To the agent: First words\./);
      assert.match(told, /The agent: Heard\./);
      assert.ok(told.endsWith("Second."));
    }
  });

  it("hears of what another engine did meanwhile, and of nothing else", async () => {
    using at = ground();
    const first = await play(at, "resumes", { prompt: "First words." });
    const other = [
      { role: "user", content: [{ type: "text", text: "Rename it." }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "Renamed." },
          { type: "tool_use", id: "t", name: "write", input: { file_path: "b.txt" } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "ok" }] },
    ];
    await play(at, "resumes", { history: [...first.history, ...other], prompt: "Second." });
    const told = prompts(at)[1]!;
    assert.match(told, /To the agent: Rename it\.\n\nThe agent: Renamed\.\n\nDone: write b\.txt/);
    assert.equal(told.includes("First words."), false);
  });

  it("of one agent is not another's", async () => {
    using at = ground();
    const first = await play(at, "resumes", { prompt: "First words." });
    mkdirSync(join(at.home, "x"));
    await play(at, "resumes", { history: first.history, name: "Other", prompt: "Second." });
    assert.equal(at.heard().filter(({ method }) => method === "session/new").length, 2);
    assert.match(prompts(at)[1]!, /First words\./);
  });

  it("begins with the report on the review before the person's words", async () => {
    using at = ground();
    await play(at, "", { report: "Rejected in a.txt (hunk at line 1): no", prompt: "Go on." });
    const told = prompts(at)[0]!;
    assert.ok(told.indexOf("Rejected in a.txt") > 0 && told.indexOf("Rejected in a.txt") < told.indexOf("Go on."));
  });
});
