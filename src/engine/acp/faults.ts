/**
 * Faults: how a turn of an outside agent goes wrong, each by a name, with what to do about it.
 *
 * Pure. Sorts what was thrown, what the agent answered and how its process ended. Texts come from another's program: they are cut
 * short, and whatever looks like a secret is taken out.
 * Always: what remains possible is said: the session can be resumed, with this agent or another.
 */
import { RequestError } from "@agentclientprotocol/sdk";
import type { EngineEvent } from "../../protocol/index.ts";
import { withoutSecrets } from "../../protocol/secrets.ts";
import { listIn, oneLine, own, textIn } from "./reading.ts";
import { FloodError } from "./telling.ts";
import { WireError } from "./wire.ts";

export type Ended = Extract<EngineEvent, { kind: "ended" }>;

/** What is known of the agent when something goes wrong. */
export interface Standing {
  name: string;
  /** The ways to log in that it named. */
  logins: readonly string[];
  /** How its process ended, where it did; with the end of what it wrote to standard error. */
  gone: { how: string; problem: string } | null;
  garbage: { lines: number; first: string };
  /** Before it answered the first request. */
  mute: boolean;
}

const another =
  "Send a follow-up to try again, or choose another agent with “Countersign: Choose Agent…” and go on from here.";

/** An agent that speaks another version of the protocol. */
export class VersionError extends Error {}

/** An agent that does not answer in time. */
export class SilenceError extends Error {}

export function faultOf(error: unknown, standing: Standing): Ended {
  const { name } = standing;
  if (isError(error, -32000) || /^(authentication required|not logged in|please (log|sign) in)/i.test(messageOf(error)))
    return failed(`${name} is not logged in.`, loginRemedy(name, standing.logins));
  if (error instanceof VersionError || isError(error, -32022))
    return failed(
      `${name} speaks another version of the Agent Client Protocol.`,
      `Install a version of it that speaks version 1. ${another}`,
    );
  if (error instanceof FloodError || (error instanceof WireError && error.kind === "flood"))
    return failed(`${name} wrote without end and was stopped: ${said(error.message)}.`, another);
  if (error instanceof WireError || (standing.mute && standing.garbage.lines > 0))
    return failed(
      `${name} does not speak the Agent Client Protocol.`,
      `It wrote: ${said(standing.garbage.first)}. Check its command in the setting “countersign.agents”. ${another}`,
    );
  if (standing.gone?.how === "memory") return failed(`${name} was ended: it took more memory than it may.`, another);
  if (standing.gone?.how === "processes")
    return failed(`${name} was ended: it started more processes than it may.`, another);
  if (standing.gone !== null)
    return failed(`${name} ended by itself (${standing.gone.how}).`, `${lastWords(standing.gone.problem)}${another}`);
  if (error instanceof SilenceError) return failed(`${name} does not answer.`, another);
  return failed(`${name} could not go on: ${said(messageOf(error))}.`, another);
}

/** Why an agent was not started at all. */
export function notStarted(name: string, why: string, remedy: string): Ended {
  return failed(`${name} was not started: ${said(why)}.`, remedy || another);
}

/** How a turn's answer ends it. */
export function endOf(stop: string, name: string): Ended {
  switch (stop) {
    case "max_tokens":
      return {
        kind: "ended",
        how: "limit",
        message: `${name} stopped at its limit of tokens.`,
        remedy: "Send a follow-up to go on.",
      };
    case "max_turn_requests":
      return {
        kind: "ended",
        how: "limit",
        message: `${name} stopped at its limit of requests.`,
        remedy: "Send a follow-up to go on.",
      };
    case "refusal":
      return {
        kind: "ended",
        how: "refused",
        message: `${name} refused to go on.`,
        remedy: "Say it in other words, or choose another agent.",
      };
    default:
      return { kind: "ended", how: "done" };
  }
}

/** The ways to log in, as the agent names them. */
export function loginsIn(answer: unknown): string[] {
  return listIn(answer, "authMethods").map((method) =>
    oneLine([textIn(method, "name"), textIn(method, "description")].filter(Boolean).join(": "), 300),
  );
}

function loginRemedy(name: string, logins: readonly string[]): string {
  const ways = logins.length > 0 ? ` It names these ways: ${logins.map(said).join("; ")}.` : "";
  return `Log in to ${name} in a terminal, with its own command, then send a follow-up.${ways} A key can also be given in the setting “countersign.agents”, under “env”.`;
}

function failed(message: string, remedy: string): Ended {
  return { kind: "ended", how: "failed", message, remedy };
}

function lastWords(problem: string): string {
  const line = problem.trim().split("\n").at(-1) ?? "";
  return line === "" ? "" : `Its last words: ${said(line)}. `;
}

function isError(error: unknown, code: number): boolean {
  return error instanceof RequestError && error.code === code;
}

function messageOf(error: unknown): string {
  const details = own(own(error, "data"), "details") ?? own(own(error, "data"), "message");
  const message = error instanceof Error ? error.message : String(error);
  return typeof details === "string" && details !== "" ? `${message}: ${details}` : message;
}

/** Another's words inside a sentence of ours. */
function said(text: string): string {
  return withoutSecrets(oneLine(text, 300)).replace(/\.$/, "");
}
