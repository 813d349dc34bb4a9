/** Agents of this machine: found by name, given a home of their own, started in the sandbox or not without a word of the person's. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Sandbox } from "../../../../src/protocol/index.ts";
import { openAgents } from "../../../../src/system/agents/index.ts";
import { findAgents } from "../../../../src/system/agents/finding.ts";
import { agentState } from "../../../../src/system/agents/state.ts";

describe("agents of this machine", () => {
  let root: string;
  let [tree, home, bin, storage] = ["", "", "", ""];
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-agents-")));
    [tree, home, bin, storage] = ["tree", "home", "bin", "storage"].map((name) => join(root, name)) as [
      string,
      string,
      string,
      string,
    ];
    for (const folder of [tree, home, bin, storage]) mkdirSync(folder);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const program = (path: string, text = "#!/bin/sh\n"): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
    return path;
  };

  it("are found on the PATH, with the version of their package and what they need to run", () => {
    const script = program(join(root, "lib/node_modules/agent/dist/index.js"), "#!/usr/bin/env node\n");
    writeFileSync(join(root, "lib/node_modules/agent/package.json"), '{"version":"3.2.1"}');
    symlinkSync(script, join(bin, "claude-agent-acp"));
    const interpreter = program(join(bin, "node"));
    const [found] = findAgents({ configured: [], path: bin, tree });
    assert.ok(found?.kind === "found");
    assert.deepEqual(
      [found.name, found.version, found.argv, found.program, found.tools],
      [
        "Claude Code",
        "3.2.1",
        [interpreter, script],
        join(root, "lib/node_modules"),
        [{ folder: bin, programs: [bin] }],
      ],
    );
  });

  it("are never taken from the folder that is open, nor found by a relative way", () => {
    program(join(tree, "node_modules/.bin/opencode"));
    program(join(tree, "evil"));
    symlinkSync(join(tree, "evil"), join(bin, "gemini"));
    const path = [join(tree, "node_modules/.bin"), ".", "node_modules/.bin", bin].join(":");
    assert.deepEqual(findAgents({ configured: [], path, tree }), []);
    const configured = [
      { name: "Mine", command: join(tree, "evil"), args: [], env: {} },
      { name: "Other", command: "../evil", args: [], env: {} },
    ];
    assert.deepEqual(
      findAgents({ configured, path, tree }).map((agent) => agent.kind === "missing" && agent.why),
      [
        "The command of Mine lies in the folder that is open, so it is not used.",
        "The command “../evil” of Other is not there.",
      ],
    );
  });

  it("may be a script that a program is given, which is then there too, unless it lies in the folder that is open", () => {
    const script = program(join(root, "lib/agent/index.js"));
    const command = program(join(bin, "node"));
    const folders = (args: string[]): string[] => {
      const [found] = findAgents({ configured: [{ name: "Mine", command, args, env: {} }], path: "", tree });
      return found?.kind === "found" ? found.tools.map(({ folder }) => folder) : [];
    };
    assert.deepEqual(folders([script, "acp"]), [join(root, "lib/agent")]);
    assert.deepEqual(folders([program(join(tree, "evil.js")), join(root, "none.js")]), []);
  });

  it("that are configured come first, and take the place of a known one of that name", () => {
    program(join(bin, "opencode"));
    const own = program(join(root, "own/agent"));
    const configured = [{ name: "opencode", command: own, args: ["x"], env: { A: "1" } }];
    const found = findAgents({ configured, path: bin, tree });
    assert.equal(found.length, 1);
    assert.ok(found[0]?.kind === "found" && found[0].configured);
    assert.deepEqual(found[0].argv, [own, "x"]);
    assert.equal(found[0].env["A"], "1");
  });

  it("have a home of one session, with their login linked in, whatever they left on the way", () => {
    mkdirSync(join(home, ".agent"));
    writeFileSync(join(home, ".agent/token"), "login\n");
    const first = agentState(storage, "s1", "Mine", home, [".agent/token", ".agent/none"]);
    assert.equal(readFileSync(join(first.folder, ".agent/token"), "utf8"), "login\n");
    assert.deepEqual(first.credentials, [join(home, ".agent/token")]);
    rmSync(join(first.folder, ".agent"), { recursive: true });
    const outside = join(root, "outside");
    mkdirSync(outside);
    symlinkSync(outside, join(first.folder, ".agent"));
    agentState(storage, "s1", "Mine", home, [".agent/token"]);
    assert.ok(lstatSync(join(first.folder, ".agent")).isDirectory());
    assert.equal(existsSync(join(outside, "token")), false);
    assert.notEqual(agentState(storage, "s2", "Mine", home, []).folder, first.folder);
    assert.notEqual(agentState(storage, "s1", "Mine!", home, []).folder, first.folder);
  });

  it("start with the person's rights only after they agreed, with a short list of variables and a home of ours", async () => {
    const sandbox = {
      probe: async () => ({ kind: "none", why: "There is none.", remedy: "Install it." }),
    } as unknown as Sandbox;
    const agents = openAgents(
      sandbox,
      storage,
      { PATH: process.env["PATH"], SECRET_OF_MINE: "1", OPENAI_API_KEY: "k" },
      home,
    );
    const command = program(join(root, "own/agent"), '#!/bin/sh\nenv > "$HOME/env.txt"; pwd >> "$HOME/env.txt"\n');
    const [agent] = agents.find([{ name: "Codex", command, args: [], env: { MINE: "2" } }], tree);
    assert.ok(agent?.kind === "found");
    const draft = join(root, "draft");
    mkdirSync(draft);
    const asked: string[] = [];
    const start = (yes: boolean) =>
      agents.starter(agent, { session: "s1", tree, agreed: async (why) => (asked.push(why), yes) })(
        { draft, masked: [], repository: () => Promise.reject(new Error("what it borrows would be nowhere")) },
        new AbortController().signal,
      );
    const refused = await start(false);
    assert.ok(refused.kind === "not started" && refused.remedy === "Install it.");
    const started = await start(true);
    assert.ok(started.kind === "started" && !started.confined);
    await started.process.ended;
    const state = agentState(storage, "s1", "Codex", home, []).folder;
    const seen = readFileSync(join(state, "env.txt"), "utf8").split("\n");
    assert.ok(
      seen.includes("MINE=2") &&
        seen.includes("OPENAI_API_KEY=k") &&
        seen.includes(`HOME=${state}`) &&
        seen.includes(draft),
    );
    assert.equal(
      seen.some((line) => line.includes("SECRET_OF_MINE")),
      false,
    );
    assert.deepEqual(asked, ["There is none.", "There is none."]);
  });

  it("have in their sandbox a draft with a repository of its own, which passes by the folders they are only shown", async () => {
    const profiles: unknown[] = [];
    const borrowed = [{ from: "/objects", to: "/borrowed" }];
    const sandbox: Partial<Sandbox> = {
      probe: async () => ({ kind: "found", tool: "bubblewrap", version: "0.8" }) as never,
      share: async () => ({ shared: [{ path: "node_modules", from: join(tree, "node_modules") }], left: [] }) as never,
      tools: () => [],
      start: async (_, profile) => (profiles.push(profile), { kind: "not started", why: "it is enough" }),
    };
    const agents = openAgents(sandbox as Sandbox, storage, { PATH: bin }, home);
    const [agent] = agents.find([{ name: "Own", command: program(join(bin, "own")), args: [], env: {} }], tree);
    assert.ok(agent?.kind === "found");
    const passedBy: unknown[] = [];
    const start = agents.starter(agent, { session: "s1", tree, agreed: async () => false });
    const repository = async (shared: readonly string[]) => {
      passedBy.push(shared);
      return { base: "", borrowed, notes: [] };
    };
    await start({ draft: tree, masked: [], repository }, new AbortController().signal);
    assert.deepEqual(passedBy, [["node_modules"]]);
    assert.deepEqual(
      profiles.map((profile) => (profile as { history: unknown }).history),
      [borrowed],
    );
  });
});
