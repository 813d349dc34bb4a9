/**
 * What an agent is told with a prompt, and what is kept of it.
 *
 * Pure. Kept messages are opaque to everyone else; those of this engine are plain user and assistant messages, so that another
 * engine goes on from them, and records of its own: under which id the agent keeps its session, what it was refused and why, what
 * it was allowed for the whole task, what it did, what it said it cost.
 * Always: an agent that has its session is told only what it has not heard; one that has not is told what happened, newest kept longest.
 */
import type { ContentBlock } from "@agentclientprotocol/sdk";
import type { TurnRequest } from "../../protocol/index.ts";
import { blockOf, promptParts, type Part } from "../prompt.ts";
import { amountIn, fieldsOf, listIn, oneLine, own, textIn } from "./reading.ts";

export interface Memory {
  /** The agent's own session, where it had one. */
  session: string | null;
  /** Calls that the person allowed for this task. */
  allowed: ReadonlySet<string>;
  /** What it said that its session had cost by then. */
  cost: number;
  /** What it was refused with a reason and has not heard of. */
  refused: readonly { what: string; why: string }[];
  /** Paths that the person was told are hidden from it. */
  hidden: ReadonlySet<string>;
  /** What happened that it has not heard: since its own last turn, and from the beginning. */
  since: string;
  all: string;
}

/** Characters of a recap. */
const recapLimit = 40_000;

/** Reads back what earlier turns kept. `by` names the agent. */
export function memoryOf(history: readonly unknown[], by: string): Memory {
  let session: string | null = null;
  const allowed = new Set<string>();
  const hidden = new Set<string>();
  let refused: { what: string; why: string }[] = [];
  let cost = 0;
  let last = -1;
  for (const [index, message] of history.entries()) {
    const own = textIn(message, "by") === by;
    if (own) last = index;
    switch (textIn(message, "kind")) {
      case "acp.session":
        if (own) [session, cost] = [textIn(message, "session"), 0];
        break;
      case "acp.cost":
        if (own) cost = amountIn(message, "amount");
        break;
      case "acp.hidden":
        if (own) for (const path of listIn(message, "paths")) if (typeof path === "string") hidden.add(path);
        break;
      case "acp.allowed":
        allowed.add(textIn(message, "what"));
        break;
      case "acp.refused":
        refused.push({ what: textIn(message, "what"), why: textIn(message, "why") });
        break;
      default:
        // A prompt carries what was refused before it.
        if (textIn(message, "role") === "user" && textIn(message, "by") !== "") refused = [];
    }
  }
  return { session, cost, allowed, refused, hidden, since: recapOf(history.slice(last + 1)), all: recapOf(history) };
}

export interface Told {
  /** What the prompt is made of, in its order. */
  parts: Part[];
  /** The same as a message to keep. */
  message: unknown;
}

/** The person's words with what goes before them. Kept without the recap, which is made anew wherever it is needed. */
export function toldWith(turn: TurnRequest, memory: Memory, by: string): Told {
  const content = promptParts(turn);
  const refusals = memory.refused.map(({ what, why }) => `- ${what}\n  The person’s reason: ${why}`);
  const before = `Last time you asked for leave and were refused:\n\n${refusals.join("\n")}`;
  const parts: Part[] = [...(refusals.length === 0 ? [] : [{ kind: "text" as const, text: before }]), ...content];
  return { parts, message: { role: "user", content: parts.map(blockOf), by } };
}

/** The parts as the protocol has them. `left` names what an agent that takes no images, or no documents, is only told of. */
export function promptOf(parts: readonly Part[], images: boolean): { blocks: ContentBlock[]; left: string[] } {
  const left: string[] = [];
  const blocks = parts.map((part): ContentBlock => {
    if (part.kind === "text") return text(part.text);
    if (images && part.type !== "application/pdf") return { type: "image", data: part.data, mimeType: part.type };
    left.push(part.name);
    const what = part.type === "application/pdf" ? "document" : "image";
    return text(
      `The ${what} itself is not here: it cannot be shown to you this way. If a file of that name lies in your folder, read it there; else say that you have not seen it.`,
    );
  });
  return { blocks, left };
}

/** What an agent is told where its session begins. */
export const opening =
  "You work on a private copy of the person’s project, in the folder you were started in. A person reviews your changes one by one while you " +
  "work; only what they accept reaches their own files. What they refuse is taken back in your copy before your next turn, and you are told " +
  "of it then. Work in this folder only, and do not commit: what counts is how the files are when you stop.";

export function recapped(recap: string): { type: "text"; text: string }[] {
  return recap === ""
    ? []
    : [text(`What happened in this task before, told by the review tool. The files are as it left them.\n\n${recap}`)];
}

export function text(content: string): { type: "text"; text: string } {
  return { type: "text", text: content };
}

/** A conversation in short: who said what, what was done. The newest of it where it is too long. */
function recapOf(history: readonly unknown[]): string {
  const parts = history.flatMap(partOf);
  let length = 0;
  let from = parts.length;
  while (from > 0 && length + parts[from - 1]!.length <= recapLimit) length += parts[--from]!.length;
  const left = from === 0 ? [] : ["(What came before is left out.)"];
  return [...left, ...parts.slice(from)].join("\n\n");
}

function partOf(message: unknown): string[] {
  if (textIn(message, "kind") === "acp.did")
    return [
      `Done: ${listIn(message, "lines")
        .filter((line) => typeof line === "string")
        .join("; ")}`,
    ];
  const role = textIn(message, "role");
  if (role !== "user" && role !== "assistant") return [];
  const blocks = listIn(message, "content");
  const texts = blocks.flatMap((block) => (textIn(block, "type") === "text" ? [textIn(block, "text")] : []));
  const calls = blocks.flatMap((block) => (textIn(block, "type") === "tool_use" ? [callIn(block)] : []));
  const parts = texts.length > 0 ? [`${role === "user" ? "To the agent" : "The agent"}: ${texts.join("\n")}`] : [];
  return calls.length > 0 ? [...parts, `Done: ${calls.join("; ")}`] : parts;
}

function callIn(block: unknown): string {
  const input = fieldsOf(own(block, "input"));
  return oneLine(`${textIn(block, "name")} ${textIn(input, "file_path") || textIn(input, "path")}`);
}
