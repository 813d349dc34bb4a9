/**
 * Stops: the named states of a turn of an outside agent in which a person can press Stop, and how long it takes until all is silent.
 *
 * Silent means that the turn's last event came and that no process of the agent's is left in the draft.
 */
import { readdirSync, readlinkSync } from "node:fs";
import type { EngineEvent, Reply } from "../../../../src/protocol/index.ts";
import { ground, play, type Ground } from "./playing.ts";

export interface AgentStop {
  name: string;
  /** What the scripted agent does. */
  does: string;
  /** The event at which to stop, once it was taken; or a method, once the agent was asked it; or an open question. */
  at: EngineEvent["kind"] | { asked: string } | "question";
  /** The person's answer; without one the question stays open. */
  reply?: Reply;
  /** There is a session to be taken up again. */
  again?: boolean;
}

const yes: Reply = { option: "once" };

export const agentStops: readonly AgentStop[] = [
  { name: "before the agent is started", does: "", at: "message" },
  { name: "while the agent does not say who it is", does: "mute", at: { asked: "initialize" } },
  { name: "while the agent speaks something else", does: "garbage", at: "step" },
  { name: "while the agent makes no session", does: "new-mute", at: { asked: "session/new" } },
  { name: "while the agent loads its session", does: "loads-mute", at: { asked: "session/load" }, again: true },
  { name: "while the agent resumes its session", does: "resumes-mute", at: { asked: "session/resume" }, again: true },
  { name: "before the agent's first word", does: "silent", at: { asked: "session/prompt" } },
  { name: "while the agent thinks", does: "thinks", at: "thinking" },
  { name: "while the agent speaks", does: "stops", at: "text" },
  { name: "while the agent shows its plan", does: "plans", at: "plan" },
  { name: "with an agent that takes its time to end", does: "stops-late", at: "text" },
  { name: "with an agent that answers the stop with an error", does: "fails-when-cancelled", at: "text" },
  { name: "with an agent that never answers a stop", does: "deaf", at: "text" },
  { name: "with an agent that is deaf to signals", does: "deaf-to-signals", at: "text" },
  { name: "with an agent that spins", does: "spins", at: "text" },
  { name: "while a tool of the agent runs", does: "never-stops", at: "call" },
  { name: "while a tool of the agent runs a hundred children", does: "forks", at: "call" },
  { name: "while the agent waits for leave", does: "runs", at: "question" },
  { name: "while the agent waits for leave twenty times", does: "asks-much", at: "question" },
  { name: "while a call with leave runs", does: "runs-on", at: "text", reply: yes },
  { name: "while the agent has files written", does: "writes", at: "text" },
  { name: "while the agent has a file read", does: "reads", at: "text" },
  { name: "in a flood of the agent's words", does: "floods", at: "text" },
  { name: "in a message without an end", does: "one-endless-message", at: { asked: "session/prompt" } },
];

/** Plays a turn into the state and stops it there. */
export async function stopAgentIn({ does, at, reply, again }: AgentStop): Promise<{ how: string; took: number }> {
  using place = ground();
  let history: unknown[] = [];
  if (again === true) ({ history } = await play(place, does.replace("-mute", "")));
  let stopped = 0;
  let stopNow = (): void => {};
  const due = (): void => {
    if (stopped !== 0) return;
    stopped = performance.now();
    stopNow();
  };
  const before = place.heard().length;
  const asked = typeof at === "object" ? at.asked : null;
  const looking = setInterval(() => {
    if (asked !== null && heardSince(place, before).includes(asked)) due();
  }, 5);
  try {
    const { ended } = await play(place, does, {
      history,
      ...(reply ? { reply: () => reply } : {}),
      questioned: () => void (at === "question" && setImmediate(due)),
      seen: (event, stop) => {
        stopNow = stop;
        if (event.kind === at) due();
      },
    });
    while (processesIn(place.draft) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    return { how: ended.how, took: performance.now() - stopped };
  } finally {
    clearInterval(looking);
  }
}

function heardSince(place: Ground, before: number): string[] {
  try {
    return place
      .heard()
      .slice(before)
      .map(({ method }) => method);
  } catch {
    // A line is being written.
    return [];
  }
}

/** How many processes stand in the draft. */
export function processesIn(draft: string): number {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === draft;
    } catch {
      return false;
    }
  }).length;
}
