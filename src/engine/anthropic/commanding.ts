/**
 * The command tool: a line for a shell, in the draft, in the sandbox, when the person said yes to exactly that.
 *
 * What the person is asked is the line itself, byte for byte, and what it is known to lead to; no word of the model's.
 * Always: a line that was not allowed does not run; a refusal comes back with the person's reason; what it leads to is looked up before the
 * question and again before the run, and a difference asks again.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Allowed, Commands, Question, TurnRequest } from "../../protocol/index.ts";
import { guard, keepsSecrets } from "../guard.ts";
import { approvalKey, resolve, type Resolved } from "./resolving.ts";
import { shaped } from "./shaping.ts";
import { failed, type Result } from "./result.ts";

/** Characters of one line: more is a script, and belongs into a file that can be reviewed. */
const longestLine = 8_000;
/** Files of secrets that are masked; more than that is no project to run commands in. */
const mostMasked = 500;

export const commandDescription =
  "Run a command line with /bin/sh in the draft, in a sandbox: it can write the draft and temporary folders, and has no network. " +
  "The person is asked before a command that they have not allowed. Gives the exit code and what it wrote. " +
  "Fetched tools (node_modules, .venv) are there read-only. Nothing goes on running after it.";

/** What the tool needs of a turn. */
export type Asking = Pick<TurnRequest, "ask"> & { commands: Commands };

export async function runCommand(
  root: string,
  turn: Asking,
  {
    command: line,
    folder: given = "",
    timeout_seconds: seconds,
  }: { command: string; folder?: string; timeout_seconds?: number },
  signal: AbortSignal,
): Promise<Result> {
  const problem = problemOf(line);
  if (problem !== null) return failed(problem);
  const place = guard(root, given);
  if (place.kind === "refused") return failed(place.why);
  const folder = place.path;
  const masked = await secretsIn(root);
  if (masked === null) return failed(`Not run: the project holds more than ${mostMasked} files of secrets.`);
  let allowed: Allowed | null = null;
  let key = "";
  for (let times = 0; times < 3; times++) {
    const resolved = await resolve(root, folder, line);
    const now = approvalKey(folder, line, resolved);
    if (now === key) break;
    key = now;
    allowed = await turn.commands.allowed(key);
    if (allowed !== null) continue;
    const reply = await turn.ask(questionFor(line, folder, resolved), signal);
    if (reply === null) return failed("Not run: the person stopped the turn before they answered.");
    const reach = reaches.find((one) => one === reply.option) ?? null;
    if (reach === null) return failed(refusal(reply.why));
    if (reach !== "once") await turn.commands.allow({ line, folder, key }, reach);
    allowed = reach;
  }
  if (allowed === null || signal.aborted) return failed("Not run.");
  const { limits } = turn.commands;
  const ran = await turn.commands.run(
    { line, folder, key, allowed, masked, ...(seconds === undefined ? {} : { seconds }) },
    signal,
  );
  return {
    ok: ran.end.kind === "exited" && ran.end.code === 0,
    text: shaped(ran, seconds === undefined ? limits : { ...limits, time: Math.min(limits.time, seconds * 1000) }),
  };
}

/** So that nothing of the draft's can pass for a line of ours. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/gu, "⏎");
}

const reaches: readonly Allowed[] = ["once", "session", "always"];

export function questionFor(line: string, folder: string, resolved: readonly Resolved[]): Omit<Question, "id"> {
  const scripts = resolved.filter(({ kind }) => kind === "script");
  const files = resolved.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const notes = [
    ...scripts.slice(0, 20).map(({ name, path, text }) => `The script “${name}” of ${path} is: ${oneLine(text)}`),
    ...(scripts.length > 20 ? [`There are ${scripts.length - 20} more scripts that it may run.`] : []),
    ...(files.length > 0
      ? [`If this changes, you are asked again: ${files.slice(0, 20).map(oneLine).join(", ")}`]
      : []),
    "It runs in a sandbox: it can write the private copy alone, has no network, and sees none of your other files.",
  ];
  return {
    kind: "command",
    title: "The agent wants to run this command.",
    lines: line.split("\n"),
    folder,
    options: [
      { id: "once", label: "Run Once", kind: "once" },
      { id: "session", label: "Allow in This Session", kind: "session" },
      { id: "always", label: "Always Allow Here", kind: "always" },
      { id: "refuse", label: "Refuse", kind: "refuse" },
    ],
    note: notes.join("\n"),
  };
}

export function refusal(why: string | undefined): string {
  const reason = why === undefined ? "They gave no reason." : `Their reason: ${why}`;
  return `The person refused this command; it was not run. ${reason} Do not ask for the same again: find another way, or say what you could not check.`;
}

function problemOf(line: string): string | null {
  if (line.trim() === "") return "Not run: the command is empty.";
  if (line.includes("\0")) return "Not run: the command holds a NUL.";
  if (line.length > longestLine)
    return `Not run: the command is longer than ${longestLine} characters. Write a script file and run that.`;
  return null;
}

/** Files of secrets in the draft: a command reads nothing in them. Null: too many. */
export async function secretsIn(root: string): Promise<{ path: string; kind: "file" }[] | null> {
  const found: { path: string; kind: "file" }[] = [];
  const waiting = [""];
  while (waiting.length > 0) {
    const at = waiting.pop()!;
    const entries = await readdir(join(root, at), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") waiting.push(path);
      else if (entry.isFile() && keepsSecrets(path)) found.push({ path, kind: "file" });
      if (found.length > mostMasked) return null;
    }
  }
  return found;
}
