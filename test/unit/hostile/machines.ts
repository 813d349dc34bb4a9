/**
 * Machines whose sandbox is taken away, one way after the other: each is probed as the product probes this one, and what it finds is what a
 * session is given.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SandboxFound } from "../../../src/protocol/index.ts";
import { probe, thisMachine, whyNot } from "../../../src/system/sandbox/probe.ts";
import { agentName, answers, calls, onHostileGround, says } from "./ground.ts";
import { endOf, notesOf } from "./scenes.ts";
import { talkOf } from "./families.ts";

export interface Machine {
  name: string;
  /** Null: this user may make no such machine. */
  found: () => Promise<SandboxFound | null>;
}

/** A tool in the place of bubblewrap: it says its version, and does what the script says for anything else. */
async function withTool(version: string, script: string, mode = 0o755): Promise<SandboxFound | null> {
  // A tool counts where root owns it: an ordinary user can put none there, which is the first machine of the list.
  if (process.getuid?.() !== 0) return null;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "countersign-tool-")));
  try {
    mkdirSync(join(folder, "bin"));
    const tool = join(folder, "bin/bwrap");
    writeFileSync(tool, `#!/bin/sh\ncase $1 in --version) echo '${version}';; *) ${script};; esac\n`);
    chmodSync(tool, mode);
    return await probe(undefined, { ...thisMachine, folders: [join(folder, "bin")] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const none = ([why, remedy]: readonly [string, string]): SandboxFound => ({ kind: "none", why, remedy });

export const machines: readonly Machine[] = [
  { name: "without bubblewrap", found: () => probe(undefined, { ...thisMachine, folders: [] }) },
  { name: "with one that is too old", found: () => withTool("bubblewrap 0.4.1", "exit 0") },
  { name: "with one that says no version", found: () => withTool("who knows", "exit 0") },
  { name: "with one that anybody may change", found: () => withTool("bubblewrap 0.8.0", "exit 0", 0o777) },
  {
    name: "without user namespaces",
    found: () => withTool("bubblewrap 0.8.0", "echo 'bwrap: No permissions to create new namespace' >&2; exit 1"),
  },
  { name: "with one that only fails", found: () => withTool("bubblewrap 0.8.0", "exit 3") },
  {
    name: "whose kernel keeps user namespaces from it",
    found: async () => none(whyNot("", (name) => (name === "user/max_user_namespaces" ? "0" : null))),
  },
  {
    name: "whose AppArmor keeps user namespaces from it",
    found: async () => none(whyNot("", (name) => (name.includes("apparmor") ? "1" : null))),
  },
  {
    name: "without the system's own folders",
    found: () => probe(undefined, { ...thisMachine, places: () => [] }),
  },
  { name: "that is a Mac", found: () => probe(undefined, { ...thisMachine, platform: "darwin" }) },
  { name: "that runs Windows", found: () => probe(undefined, { ...thisMachine, platform: "win32" }) },
];

/** On this machine no family runs a command unasked, and each says why and what helps, once. Gives the sentence; null: not made. */
export async function withoutSandbox({ found }: Machine): Promise<SandboxFound | null> {
  const sandbox = await found();
  if (sandbox === null) return null;
  assert.equal(sandbox.kind, "none");
  const { why, remedy } = sandbox;
  assert.ok(why.endsWith(".") && remedy.length > 10, `${why} ${remedy}`);
  const step = { blocks: [calls("run_command", { command: "touch ran" })] };
  const done = { blocks: [says("That is all.")] };
  await onHostileGround(
    { sandbox, turns: () => [[step, done], [done]], commands: () => ({ option: "once" }) },
    async (ground) => {
      await ground.session.prompt("Again.");
      assert.ok(ground.requests.length >= 3);
      for (const { body } of ground.requests)
        assert.ok(!JSON.stringify((body as { tools: unknown }).tools).includes("run_command"));
      assert.match(answers(ground)[0]!.text, /There is no tool "run_command"/);
      assert.deepEqual(notesOf(ground), [`The agent cannot run commands here. ${why} ${remedy}`]);
      assert.ok(!existsSync(join(ground.draft(), "ran")));
    },
  );
  const act = { act: "own", what: "write", path: "ran", content: "ran\n" } as const;
  for (const agreed of [false, true]) {
    await onHostileGround({ sandbox, agreed, agent: () => [[act], [act]] }, async (ground) => {
      await ground.session.prompt("Again.");
      assert.equal(existsSync(join(ground.draft(), "ran")), agreed);
      const { how, message, remedy: helps } = endOf(ground);
      if (agreed) {
        const notes = notesOf(ground);
        assert.deepEqual(
          notes.filter((note) => note.includes("runs with your rights")),
          [`${agentName} runs with your rights: there is no sandbox here.`],
        );
        assert.ok(notes.some((note) => note.includes("no sandbox to hide it: .mcp.json, .claude/settings.json")));
      } else {
        assert.deepEqual(
          [how, message, helps],
          [
            "failed",
            `${agentName} was not started: there is no sandbox here, and you have not agreed that it runs with your rights.`,
            remedy,
          ],
        );
        assert.ok(talkOf(ground).some((item) => item.kind === "ended" && item.text === message));
      }
    });
  }
  return sandbox;
}
