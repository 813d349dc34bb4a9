/**
 * Hostile ground: a whole session on real rooms (memory, draft, engine, disk) with a scripted hostile model, in a repository that
 * is hostile too, with canaries all around.
 *
 * What code that was executed could do, it would do to the canary folder; what was requested anywhere but at the endpoint would
 * reach the canary's server; what left the folder would change what lies beside it.
 * Always: everything lies below one temporary folder; `held` compares all of it with how it was.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startServer, type RecordedRequest } from "../../../src/demo/server.ts";
import { openDrafts } from "../../../src/draft/index.ts";
import { executableAt, immovableReason, moveFile, setExecutable } from "../../../src/editor/attributes.ts";
import { exchange, findFile, lockedReason, tidy } from "../../../src/editor/disk.ts";
import { linkAt, setLink } from "../../../src/editor/links.ts";
import { acpEngine } from "../../../src/engine/acp/index.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import { openApprovals, openMemory } from "../../../src/memory/index.ts";
import type {
  CommandRoom,
  DecisionItem,
  FileView,
  Files,
  HostMessage,
  HunkView,
  Limits,
  Question,
  Sandbox,
  SandboxFound,
  SessionEvent,
} from "../../../src/protocol/index.ts";
import { startSession } from "../../../src/session/start.ts";
import type { Supervised } from "../../../src/session/supervised.ts";
import { openAgents } from "../../../src/system/agents/index.ts";
import { guardPath } from "../../../src/system/paths.ts";
import { enterDraft, openSandbox } from "../../../src/system/sandbox/index.ts";
import { node } from "../system/sandbox/stage.ts";
import { everything, worker } from "../draft/place.ts";
import type { Act } from "./agent.ts";
import { hostileRepository } from "./repository.ts";
import { surroundings } from "./surroundings.ts";

/** The person's key: it must turn up nowhere but in the header of a request to the endpoint. */
export const key = "sk-ant-hostile-0123456789abcdefghij";
/** What a file beside the project, keys in the home and other sessions hold: nothing of the session may ever hold it. */
export const secret = "the-secret-beside-the-project";
/** What the agent that is a program of its own is called. */
export const agentName = "Hostile";

export const says = (text: string): object => ({ type: "text", text });
export const calls = (name: string, input: object): object => ({ type: "tool_use", name, input });

export interface Step {
  blocks: readonly object[];
  /** Happens when the model is asked for this answer: what a command, a tool or another program may do meanwhile. */
  meanwhile?: (ground: Ground) => void;
}

export interface Ground extends Place {
  session: Supervised;
  requests: RecordedRequest[];
  /** Where the draft's tree is. */
  draft(): string;
  events(): SessionEvent[];
  files(): Promise<FileView[]>;
  /** Everything the page was told. */
  told: HostMessage[];
  /** Paths of the project that the person's decisions may have changed. */
  accepted: Set<string>;
  /** Called before each write of a decision, with its path. */
  beforeWrite: (path: string) => void;
  /** Closes the session and removes its draft. */
  remove(): Promise<void>;
  /** Throws unless the ground is as it was, and says what is not. */
  held(): void;
}

export interface Setting {
  files?: Readonly<Record<string, string | Buffer>>;
  /** Makes the folder worse, before anything of ours looks at it. */
  prepare?: (place: Place) => void;
  /** Commands can run, in the real sandbox; what the person answers to each question. */
  commands?: (question: Question, ground: Ground) => { option: string; why?: string };
  /** What this machine is said to have, instead of what it has. */
  sandbox?: SandboxFound;
  /** The model's turns; the first is played before the test goes on. */
  turns?: (place: Place) => readonly (readonly Step[])[];
  /** Instead of the built-in agent one that is a program of its own, in its sandbox: what it does, turn by turn. */
  agent?: (place: Place) => readonly (readonly Act[])[];
  /** How far that program may go, where it is not as far as others may; whether the person lets it run without a sandbox. */
  reach?: { memory: number; processes: number };
  agreed?: boolean;
  limits?: Limits;
  /** What of the listeners around may be reached, by name: none, unless it is said. */
  reached?: readonly string[];
}

/** Where things are before there is a session. */
export interface Place {
  root: string;
  /** A folder beside the project, with a secret in it. */
  outside: string;
  /** Programs that note in the canary folder that they ran: its path as a command. */
  evil: string;
  /** An address that nobody may ask. */
  canaryUrl: string;
  /** The person's home, with keys in it. */
  home: string;
  /** Where everything of ours is kept, other sessions too. */
  storage: string;
  /** A server of this machine, and an abstract socket: each notes that it was reached. */
  port: number;
  abstract: string;
}

/** Plays the first turn of a session on hostile ground, then `use`; afterwards everything is as it was, or it throws. */
export async function onHostileGround(setting: Setting, use: (ground: Ground) => Promise<void>): Promise<void> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "countersign-hostile-")));
  const [root, outside, storage] = [join(place, "project"), join(place, "project-evil"), join(place, "storage")];
  const evil = join(place, "evil.sh");
  const asked: string[] = [];
  const canary = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  const canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const home = join(place, "home");
  for (const folder of [root, outside, home, join(place, "canaries")]) mkdirSync(folder);
  writeFileSync(evil, `#!/bin/sh\necho "$0 $*" >> ${join(place, "canaries", "ran")}\ncat >/dev/null 2>&1 || true\n`);
  chmodSync(evil, 0o755);
  writeFileSync(join(outside, "secret.txt"), `${secret}\n`);
  hostileRepository({ root, outside, evil, canaryUrl }, setting.files ?? {});
  const around = await surroundings({ root, outside, home, storage }, secret);
  const here: Place = { root, outside, evil, canaryUrl, home, storage, port: around.port, abstract: around.abstract };
  setting.prepare?.(here);

  const memory = openMemory(storage);
  // The project has programs named git and sh of its own: they are not to be found by a path that is none.
  const environment = { PATH: `.:${process.env.PATH}`, HOME: home, SECRET_KEY: secret };
  const drafts = openDrafts({ storage, worker, environment });
  const turns = setting.turns?.(here) ?? [[{ blocks: [says("Nobody asks.")] }]];
  const scenario = {
    about: "Played by a test.",
    pace: { charsPerSecond: 10_000_000, chunk: 10_000, before: 0 },
    turns: turns.map((steps) => ({ steps: steps.map(({ blocks }) => ({ blocks })) })),
  };
  mkdirSync(join(place, "model"));
  writeFileSync(join(place, "model", "played.json"), JSON.stringify(scenario));
  const model = await startServer({ token: key, scenariosDir: join(place, "model"), scenario: "played" });
  const connection = setting.agent
    ? { name: agentName, endpoint: "", model: "", key: "", agent: { name: agentName, version: "" } }
    : { name: "hostile", endpoint: `http://127.0.0.1:${model.port}`, model: "none", key: "k" };
  const script = join(place, "agent", "agent.mts");
  if (setting.agent) {
    mkdirSync(join(place, "agent"));
    copyFileSync(join(import.meta.dirname, "agent.ts"), script);
    writeFileSync(join(place, "agent", "acts.json"), JSON.stringify(setting.agent(here)));
  }

  const kept = [root, outside, home, ...around.others];
  const before = kept.flatMap(everything);
  const where = { root, guard: guardPath };
  const files: Files = {
    async read(path) {
      const found = await findFile(where, path);
      if (found.kind === "refused") return { bytes: null, dirty: null, refusal: found };
      const bytes = found.kind === "file" ? found.bytes : null;
      return { bytes, dirty: null, refusal: bytes === null ? null : await lockedReason(where, path) };
    },
    async write(path, from, to) {
      ground.beforeWrite(path);
      return exchange(where, path, from, to);
    },
    unsaved: async () => [],
    executable: async (path) => executableAt(where, path),
    setExecutable: (path, from, to) => setExecutable(where, path, from, to),
    immovable: (from, to) => immovableReason(where, from, to),
    move: (from, to) => moveFile(where, from, to),
    link: async (path) => linkAt(where, path),
    setLink: (path, from, to) => setLink(where, path, from, to),
    tidy: (path) => tidy(where, path),
  };
  const real = openSandbox({ records: join(storage, "running"), environment });
  // The Node of these tests is no program of the system's.
  const sandbox: Sandbox = {
    ...real,
    tools: () => [node],
    probe: async (signal) => setting.sandbox ?? real.probe(signal),
    start: (command, profile, limits, signal) => real.start(command, profile, { ...limits, ...setting.reach }, signal),
  };
  const agents = openAgents(sandbox, storage, environment, home);
  const commands: CommandRoom = {
    probe: (signal) => sandbox.probe(signal),
    enter: (draft, tree, signal) => enterDraft(sandbox, draft, tree, signal, home),
    approvals: openApprovals(storage),
  };
  const session = await startSession(
    {
      ...(setting.commands ? { commands } : {}),
      folder: { path: root, uri: `file://${root}`, name: "project" },
      drafts,
      memory,
      files,
      ...(setting.limits ? { limits: () => setting.limits! } : {}),
      engine: async (to, id) => {
        if (!to.agent) return anthropicEngine({ connection: to, key });
        const configured = [{ name: agentName, command: process.execPath, args: [script], env: {} }];
        const [found] = agents.find(configured, root);
        assert.equal(found?.kind, "found");
        const agreed = async (): Promise<boolean> => setting.agreed ?? false;
        const start = agents.starter(found, { session: id, tree: root, agreed });
        return acpEngine({ name: agentName, servers: [], mayRead: () => false, met: () => {}, start });
      },
    },
    { goal: "Do what you like.", attachments: [], connection },
  );
  const told: HostMessage[] = [];
  const questions = new Set<string>();
  session.listen((message) => {
    told.push(message);
    if (message.kind !== "head" || !setting.commands) return;
    for (const question of message.head.questions) {
      if (questions.has(question.id)) continue;
      questions.add(question.id);
      const { option, why } = setting.commands(question, ground);
      if (option !== "") void session.reply(question.id, option, why);
    }
  });
  const steps = turns.flat();
  const leaks: string[] = [];
  let step = 0;
  Object.assign(model.requests, {
    push(request: RecordedRequest) {
      if (argumentsOfAll().includes(key)) leaks.push("the key is in a process's arguments");
      steps[step]?.meanwhile?.(ground);
      step += 1;
      return Array.prototype.push.call(model.requests, request);
    },
  });

  const ground: Ground = {
    ...here,
    session,
    requests: model.requests,
    told,
    accepted: new Set(),
    beforeWrite: () => {},
    draft: () => {
      const folders = readdirSync(join(storage, "drafts"), { withFileTypes: true });
      const folder = folders.find((entry) => entry.isDirectory() && entry.name !== "another");
      assert.ok(folder, "there is a draft");
      return join(storage, "drafts", folder.name);
    },
    events: () => eventsIn(join(storage, "sessions", session.id, "log")),
    async files() {
      const found = new Map<string, FileView>();
      for (const message of await session.everything()) {
        if (message.kind !== "file") continue;
        const known = message.part > 0 ? found.get(message.file.id) : undefined;
        found.set(
          message.file.id,
          known ? { ...message.file, hunks: [...known.hunks, ...message.file.hunks] } : message.file,
        );
      }
      return [...found.values()];
    },
    async remove() {
      const made = ground.events().find((event) => event.kind === "draft.made");
      assert.ok(made?.kind === "draft.made", "there is a draft");
      await session.close();
      await drafts.remove(made.draft);
    },
    held() {
      const ran = join(place, "canaries", "ran");
      assert.ok(!existsSync(ran), existsSync(ran) ? `something ran: ${readFileSync(ran, "utf8")}` : "");
      assert.deepEqual(asked, [], "something was requested from another place than the endpoint");
      assert.deepEqual(leaks, []);
      assert.deepEqual(
        around.reached(),
        (setting.reached ?? []).toSorted(),
        "what of the listeners around was reached",
      );
      const now = kept.flatMap(everything);
      const allowed = [...ground.accepted].map((path) => join(root, path));
      const folders = new Set(allowed.flatMap(above));
      const other = (line: string): boolean => {
        const path = line.split(/ \d+ \d+ \d+ \d+ \d+ /)[0]!;
        return !allowed.includes(path) && !folders.has(path);
      };
      assert.deepEqual(now.filter(other), before.filter(other), "the person's tree or what lies beside it was changed");
      for (const [name, text] of [
        ...textsBelow(storage).filter(([path]) => !around.others.some((other) => path.startsWith(other))),
        ["what the page was told", JSON.stringify(told)] as const,
        ["what the model was told", JSON.stringify(model.requests)] as const,
      ]) {
        assert.ok(!text.includes(key), `${name} holds the key`);
        assert.ok(!text.includes(secret), `${name} holds what lies beside the project`);
      }
    },
  };
  try {
    await session.prompt("Do what you like.");
    await use(ground);
    ground.held();
  } finally {
    await session.close();
    await drafts[Symbol.asyncDispose]();
    await real[Symbol.asyncDispose]();
    await model.close();
    canary.closeAllConnections();
    canary.close();
    await around[Symbol.asyncDispose]();
    execFileSync("chmod", ["-R", "u+rwx", place]);
    rmSync(place, { recursive: true, force: true });
  }
}

/** What the model was answered, call by call: whether it worked, and the words. */
export function answers(ground: Ground): { name: string; input: unknown; ok: boolean; text: string }[] {
  const called = new Map<string, { name: string; input: unknown }>();
  return ground.events().flatMap((event) => {
    if (event.kind === "tool.called") called.set(event.call, { name: event.name, input: event.input });
    return event.kind === "tool.answered" ? [{ ...called.get(event.call)!, ok: event.ok, text: event.text }] : [];
  });
}

/** Every hunk that waits, as a decision names it. */
export async function waiting(ground: Ground): Promise<{ file: FileView; hunk: HunkView; item: DecisionItem }[]> {
  return (await ground.files()).flatMap((file) =>
    file.hunks
      .filter((hunk) => hunk.state === "pending")
      .map((hunk) => ({ file, hunk, item: { file: file.id, revision: file.revision, hunks: [hunk.id] } })),
  );
}

function above(path: string): string[] {
  const up = dirname(path);
  return up === path || up === "/" ? [] : [up, ...above(up)];
}

function eventsIn(log: string): SessionEvent[] {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => /^[0-9a-f]{8} \{/.test(line))
    .map((line) => JSON.parse(line.slice(9)) as SessionEvent);
}

/** Every file below a folder as text; no link is followed. */
function textsBelow(folder: string): [string, string][] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    // What is being taken away goes while it is read.
    if (entry.name === "trash") return [];
    if (entry.isDirectory()) return textsBelow(path);
    return entry.isFile() ? [[path, readFileSync(path, "latin1")]] : [];
  });
}

/** The command lines of every process that can be seen. */
function argumentsOfAll(): string {
  if (process.platform !== "linux") return "";
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}
