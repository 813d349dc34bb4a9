/**
 * The table of hostile actions, played through a family: by the built-in loop with its tools and its command tool, or by an agent that is a
 * program of its own, with its own hands, its children and its client. Then the judgement, the same for both.
 *
 * Always: a case names the action, the way it was tried and what came of it; a session on which something was not held is a case too.
 */
import assert from "node:assert/strict";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TalkItem } from "../../../src/protocol/index.ts";
import { isRepositoryName } from "../../../src/system/paths.ts";
import { visible } from "../../../src/webview/visible.ts";
import { actions, pathsOf, type Action, type Family } from "./actions.ts";
import type { Act } from "./agent.ts";
import { agentName, answers, calls, key, onHostileGround, says, secret, waiting } from "./ground.ts";
import type { Ground, Place, Step } from "./ground.ts";
import type { Tried } from "./tries.ts";

export interface FamilyTried extends Tried {
  /** How many tries there were of each class. */
  classes: Record<string, number>;
  /** What of the network was reached: of an agent that is a program of its own, some is open. */
  egress: string[];
  /** Refusals that were looked for with the agent, on the page and in the log. */
  refusals: number;
}

interface Attempt {
  action: Pick<Action, "id" | "name" | "reaches">;
  /** The tool, or the agent's own way. */
  way: string;
  block: object;
  act: Act;
  /** It has to be refused, in words. */
  refused: boolean;
}

const attempt = (
  action: Attempt["action"],
  way: string,
  done: { block?: object; act?: Act },
  refused = false,
): Attempt => ({
  action,
  way,
  block: done.block ?? {},
  act: done.act ?? { act: "waits" },
  refused,
});

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** How each family tries an action. */
function attemptsOf(family: Family, action: Action, place: Place): Attempt[] {
  const { does, name } = action;
  const loop = family === "loop";
  switch (does.kind) {
    case "shell": {
      const line = does.line(place);
      return loop
        ? [attempt(action, "run_command", { block: calls("run_command", { command: line }) })]
        : [attempt(action, "a child", { act: { act: "shell", line, title: name } })];
    }
    case "node": {
      const text = does.text(place);
      return loop
        ? [attempt(action, "run_command", { block: calls("run_command", { command: `node -e ${quoted(text)}` }) })]
        : [attempt(action, "a child", { act: { act: "node", text, title: name } })];
    }
    case "path":
      return byPath(family, action, does.path(place));
    case "plant": {
      const content = does.content(place);
      return loop
        ? [attempt(action, "write", { block: calls("write", { file_path: does.path, content }) })]
        : [attempt(action, "its own hand", { act: { act: "own", what: "write", path: does.path, content } })];
    }
    case "says": {
      const text = does.text(place);
      const update = (value: object): Attempt =>
        attempt(action, "an update", { act: { act: "update", update: value } });
      return loop
        ? [
            attempt(action, "a text", { block: says(text) }),
            attempt(action, "plan", { block: calls("plan", { steps: [{ text, status: "done" }] }) }),
          ]
        : [
            update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } }),
            update({ sessionUpdate: "plan", entries: [{ content: text, priority: "high", status: "pending" }] }),
            attempt(action, "a title", { act: { act: "own", what: "list", path: ".", title: text } }),
          ];
    }
  }
}

function byPath(family: Family, action: Attempt["action"], path: string): Attempt[] {
  if (family === "loop") {
    const tools: [string, object][] = [
      ["read", { file_path: path }],
      ["write", { file_path: path, content: "pwned" }],
      ["edit", { file_path: path, old_string: "secret", new_string: "pwned" }],
      ["delete", { file_path: path }],
      ["grep", { pattern: "secret", path }],
      ["glob", { pattern: "**/*", path }],
    ];
    return tools
      .filter(([name]) => path !== "" || !["grep", "glob"].includes(name))
      .map(([name, input]) => attempt(action, name, { block: calls(name, input) }, true));
  }
  return [
    attempt(action, "the client’s read", { act: { act: "read", path } }, true),
    attempt(action, "the client’s write", { act: { act: "write", path, content: "pwned" } }, true),
  ];
}

/** By the agent's own hands: no one is asked, so what holds is that nothing is there. */
function byHand(action: Attempt["action"], path: string): Attempt[] {
  return (["read", "list", "append", "write", "delete"] as const).map((what) =>
    attempt(action, "its own hand", { act: { act: "own", what, path, content: "pwned" } }),
  );
}

export interface Playing {
  seed: number;
  /** Names made from parts, beside the fixed ones. */
  names: number;
  which?: readonly Action[];
}

/** Plays all of it through one family. */
export async function familyTried(family: Family, { seed, names, which = actions }: Playing): Promise<FamilyTried> {
  const cases: unknown[] = [];
  const classes: Record<string, number> = {};
  const egress = new Set<string>();
  let tried: Attempt[] = [];
  let refusals = 0;
  const plan = (place: Place): Attempt[] => {
    const paths = pathsOf(place, seed, names).map((path) => ({
      id: "A52",
      name: `the path ${JSON.stringify(path)}`,
      path,
    }));
    tried = [
      ...which.flatMap((action) => attemptsOf(family, action, place)),
      ...paths.flatMap((action) => byPath(family, action, action.path)),
      ...(family === "agent" ? paths.flatMap((action) => byHand(action, action.path)) : []),
    ];
    return tried;
  };
  const listeners = ["a server of this machine", "an abstract socket"];
  try {
    await onHostileGround(
      {
        commands: (question) => ({ option: question.options.find(({ kind }) => kind === "once")?.id ?? "refuse" }),
        ...(family === "loop"
          ? { turns: (place) => [inSteps(plan(place).map(({ block }) => block))] }
          : {
              agent: (place) => [plan(place).map(({ act }) => act)],
              reached: which.some(({ reaches }) => reaches) ? listeners : [],
            }),
      },
      async (ground) => {
        const ended = ground.events().findLast(({ kind }) => kind === "turn.ended");
        if (ended?.kind !== "turn.ended" || ended.how !== "done") cases.push({ ended });
        for (const { action } of tried) classes[action.id] = (classes[action.id] ?? 0) + 1;
        const answered = answers(ground).filter(({ name }) => name !== "plan");
        const asked = tried.filter(({ way }) => !["an update", "a text", "plan"].includes(way));
        assert.equal(answered.length, asked.length, "every try was answered");
        for (const [at, { action, way, refused }] of asked.entries()) {
          const { ok, text } = answered[at]!;
          const got = /ESCAPED|sk-ant-hostile/.test(text) || text.includes(secret) || text.includes(secret.slice(4));
          if (got && family === "agent" && action.reaches) egress.add(action.name);
          else if (got || (refused && (ok || text.trim() === "")))
            cases.push({ action: action.name, id: action.id, way, ok, text: text.slice(0, 300) });
        }
        for (const { does, name, id } of which)
          if (does.kind === "shell" && does.plants && existsSync(does.plants(ground, ground.draft())))
            cases.push({ action: name, id, planted: true });
        // What is hidden from it cannot be written either, and it reads why.
        const denied = new Set(
          asked.flatMap(({ act }, at) =>
            act.act === "own" && act.what === "write" && /^EACCES: permission denied/.test(answered[at]!.text)
              ? [act.path]
              : [],
          ),
        );
        const told = refusalsTold(
          family,
          ground,
          asked.flatMap(({ refused }, at) => (refused ? [answered[at]!.text] : [])),
        );
        refusals = told.looked;
        cases.push(...told.untold.slice(0, 5), ...drawnRaw(ground), ...(await proposed(ground, which, denied)));
      },
    );
  } catch (error) {
    cases.push({ said: (error as Error).message.slice(0, 2_000) });
  }
  return { tried: tried.length, failed: cases.length, cases, classes, egress: [...egress].toSorted(), refusals };
}

function inSteps(blocks: readonly object[]): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < blocks.length; at += 60) steps.push({ blocks: blocks.slice(at, at + 60) });
  return [...steps, { blocks: [says("That is all.")] }];
}

/** Each refusal stands in the log already; whether the agent was told, and the page. */
function refusalsTold(family: Family, ground: Ground, texts: readonly string[]): { looked: number; untold: unknown[] } {
  const items = talkOf(ground);
  const shown = new Set(items.flatMap((item) => (item.kind === "tool" && item.state === "failed" ? [item.text] : [])));
  const notes = items.flatMap((item) => (item.kind === "note" ? [item.text] : []));
  const heard =
    family === "loop"
      ? new Set(errorsHeard(ground))
      : // It says itself what it was told: that is the answer of its call.
        new Set(texts);
  const logged = ground.events().flatMap((event) => (event.kind === "note" ? [event.text] : []));
  const untold = texts.flatMap((text): unknown[] => [
    ...(heard.has(text) ? [] : [{ untold: "the agent", text }]),
    ...(shown.has(text) ? [] : [{ untold: "the page", text }]),
  ]);
  if (family === "agent" && texts.length > 0) {
    const named = notes.filter((note) => note.includes("asked for"));
    if (!notes.some((note) => note.startsWith(`Hidden from ${agentName}`))) untold.push({ untold: "what is hidden" });
    if (named.length === 0 || !named.every((note) => logged.includes(note)))
      untold.push({ untold: "in words of ours", named: named.length });
  }
  return { looked: texts.length, untold };
}

function errorsHeard(ground: Ground): string[] {
  const body = ground.requests.at(-1)!.body as {
    messages: { content: { is_error?: boolean; content?: string | { text?: string }[] }[] | string }[];
  };
  return body.messages
    .flatMap(({ content }) => (typeof content === "string" ? [] : content))
    .filter(({ is_error: wrong }) => wrong)
    .map(({ content }) =>
      typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join(""),
    );
}

/** The conversation as the page has it in the end. */
export function talkOf(ground: Ground): TalkItem[] {
  const items: TalkItem[] = [];
  for (const message of ground.told)
    if (message.kind === "talk") items.splice(message.from, items.length, ...message.items);
  return items;
}

/** What the page was given, drawn: no character of it may stay as it came that hides or commands. */
function drawnRaw(ground: Ground): unknown[] {
  const raw: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === "string") {
      for (const run of visible(value.slice(0, 20_000), { lines: true }))
        if (run.kind !== "mark" && /(?![\t\n])[\p{Cc}\p{Cf}]/u.test(run.text)) raw.push(value.slice(0, 100));
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  walk(talkOf(ground));
  walk(ground.session.head());
  return raw.length === 0 ? [] : [{ drawn: raw.slice(0, 3) }];
}

/** What is proposed, and what comes of accepting it: all at once, then one by one. */
async function proposed(ground: Ground, which: readonly Action[], denied: ReadonlySet<string>): Promise<unknown[]> {
  const cases: unknown[] = [];
  const plants = new Map(
    which.flatMap(({ does, id }) => (does.kind === "plant" ? [[does.path, { ...does, id }] as const] : [])),
  );
  const all = await waiting(ground);
  const shown = new Set(all.map(({ file }) => file.path));
  for (const [path, { id }] of plants)
    if (!shown.has(path) && !denied.has(path)) cases.push({ id, path, proposed: false });
  for (const { file, hunk } of all)
    if (plants.get(file.path)?.as === "protected" && hunk.apart !== "protected")
      cases.push({ id: plants.get(file.path)!.id, path: file.path, apart: hunk.apart });
  const guarded = all.filter(({ hunk }) => hunk.apart === "protected").map(({ file }) => file.path);
  const held = (): string => JSON.stringify(guarded.map((path) => contentOf(ground, path)));
  const before = held();
  for (const { file } of all) ground.accepted.add(file.path);
  const bulk = await ground.session.accept(all.map(({ item }) => item));
  const named = guarded.every((path) => bulk.kind === "refused" && bulk.text.includes(path));
  if (held() !== before || !named) cases.push({ bulk, guarded, accepted: "in bulk" });
  for (const { file, item } of await waiting(ground)) {
    if (plants.get(file.path)?.as === "protected") continue;
    const answer = await ground.session.accept([item]);
    if (answer.kind === "done" && file.path.split("/").some(isRepositoryName))
      cases.push({ path: file.path, accepted: "into a repository" });
    if (answer.kind !== "done" && "text" in answer && answer.text === "") cases.push({ path: file.path, answer });
  }
  for (const [path, { as, content }] of plants)
    if (as === "exact" && readFileSync(join(ground.root, path), "utf8") !== content(ground))
      cases.push({ path, exact: false });
  const words = JSON.stringify(ground.events());
  if (words.includes(key) || words.includes(secret)) cases.push({ log: "holds a secret" });
  return cases;
}

/** What the person's file holds; null where there is none. */
function contentOf(ground: Ground, path: string): string | null {
  const file = join(ground.root, path);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, "latin1") : null;
}
