/**
 * Permission: what an agent asks before it acts, as a question for the person, and their answer as the agent takes it.
 *
 * A change of files inside the draft needs nobody's leave where the sandbox holds the agent to it: it is reviewed anyway. Everything else is
 * asked, with what would be done and not how the agent describes it. "In this task" is remembered by us, for exactly the same call:
 * what an agent remembers by itself it may keep in files, and reads more widely than was meant.
 * Always: only the person's own answer is a yes; a stop answers "cancelled".
 */
import type { Question, QuestionOption, Reply } from "../../protocol/index.ts";
import { placed, withoutRoot } from "./place.ts";
import { fieldsOf, listIn, oneLine, own, textIn } from "./reading.ts";

/** An agent's own options, as far as they are offered. */
interface Offered {
  id: string;
  label: string;
  kind: "allow" | "refuse";
}

export interface Permission {
  question: Omit<Question, "id">;
  /** Exactly what would be done, as it is remembered. */
  what: string;
  offered: readonly Offered[];
}

const harmless = new Set(["edit", "delete", "move", "read", "search", "think"]);
const inTask = "task";

/** Whether this only touches files of the draft, by the agent's own account. Asked only where a sandbox makes that sure. */
export function staysInside(call: unknown, root: string): boolean {
  const kind = textIn(call, "kind");
  if (!harmless.has(kind)) return false;
  const named = [
    ...listIn(call, "locations").map((location) => textIn(location, "path")),
    ...listIn(call, "content")
      .filter((part) => textIn(part, "type") === "diff")
      .map((part) => textIn(part, "path")),
  ];
  if (named.length === 0) return kind === "think";
  return named.every((path) => placed(root, path).kind === "inside");
}

/** The option that lets it happen once; null where the agent offers none. */
export function onceIn(request: unknown): string | null {
  return offeredIn(request).find(({ kind }) => kind === "allow")?.id ?? null;
}

export function permissionOf(
  request: unknown,
  call: { name: string; summary: string },
  root: string,
  confined: boolean,
): Permission {
  const asked = own(request, "toolCall");
  const offered = offeredIn(request);
  const what = JSON.stringify([textIn(asked, "kind"), own(asked, "rawInput") ?? textIn(asked, "title")]);
  const allowed = offered.filter(({ kind }) => kind === "allow");
  const options: QuestionOption[] = allowed.map(({ id, label }) => ({
    id: `agent ${id}`,
    label: allowed.length === 1 ? "Allow once" : label,
    kind: "once",
  }));
  if (allowed.length === 1) options.push({ id: inTask, label: "Allow exactly this in this task", kind: "session" });
  options.push({ id: "refuse", label: "Refuse", kind: "refuse" });
  return {
    what,
    offered,
    question: {
      kind: "permission",
      title: textIn(asked, "kind") === "execute" ? "The agent asks to run this." : "The agent asks to do this.",
      lines: linesOf(asked, call, root),
      folder: folderOf(asked, root),
      options,
      note: confined
        ? "It runs in the agent’s sandbox: it can change the private copy alone, and reach the network."
        : "There is no sandbox here: it runs with your rights.",
    },
  };
}

/** The agent's option for the person's answer, and whether the same call is let through from now on. Null: cancelled. */
export function answerOf(permission: Permission, reply: Reply | null): { option: string; remember: boolean } | null {
  if (reply === null) return null;
  const yes = permission.offered.find(({ kind }) => kind === "allow");
  if (reply.option === inTask && yes) return { option: yes.id, remember: true };
  const chosen = permission.offered.find(({ id, kind }) => kind === "allow" && reply.option === `agent ${id}`);
  if (chosen) return { option: chosen.id, remember: false };
  const no = permission.offered.find(({ kind }) => kind === "refuse");
  return no ? { option: no.id, remember: false } : null;
}

/** Options that allow once and that refuse. "Always" of an agent's own is offered only where there is nothing else. */
function offeredIn(request: unknown): Offered[] {
  const all = listIn(request, "options").map((option) => ({
    id: textIn(option, "optionId"),
    label: oneLine(textIn(option, "name"), 120) || textIn(option, "optionId"),
    kind: textIn(option, "kind"),
  }));
  const of = (kind: string, as: Offered["kind"]): Offered[] =>
    all.filter((option) => option.kind === kind && option.id !== "").map(({ id, label }) => ({ id, label, kind: as }));
  const allow = of("allow_once", "allow");
  const refuse = of("reject_once", "refuse");
  return [
    ...(allow.length > 0 ? allow : of("allow_always", "allow")).slice(0, 8),
    ...(refuse.length > 0 ? refuse : of("reject_always", "refuse")).slice(0, 1),
  ];
}

/** Exactly what would be done: a command's own text, else everything the call was given. */
function linesOf(asked: unknown, call: { name: string; summary: string }, root: string): string[] {
  const input = fieldsOf(own(asked, "rawInput"));
  const command = textIn(input, "command");
  const rest = Object.entries(input).filter(([name]) => !["command", "description", "cwd"].includes(name));
  if (command !== "")
    return [...command.split("\n"), ...rest.map(([name, value]) => `${name}: ${JSON.stringify(value)}`)];
  const given = Object.keys(input).length > 0 ? JSON.stringify(input, undefined, 2) : textIn(asked, "title");
  return [call.name, ...withoutRoot(given, root).split("\n")];
}

function folderOf(asked: unknown, root: string): string {
  const cwd = textIn(own(asked, "rawInput"), "cwd");
  const place = cwd === "" ? null : placed(root, cwd);
  return place?.kind === "inside" ? place.path : "";
}
