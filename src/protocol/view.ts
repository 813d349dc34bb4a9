/**
 * The review page's words: what the host shows, and what the page sends back.
 *
 * The page computes no diff and keeps no truth. Every message carries the page's token; a message that does not
 * parse is dropped and counted. Texts are raw: the page alone decides how an odd character is drawn, and draws
 * every one of them as text.
 *
 * Always: a file's view is replaced whole; a message holds at most about 100 KB, a long file comes in parts.
 */
import * as z from "zod/mini";
import type { ContentId, FileId, HunkId, SessionId } from "./ids.ts";
import type { DecisionItem, PlanStep } from "./events.ts";
import type { SpendingView } from "./limits.ts";
import type { Question } from "./questions.ts";

/** One line of a hunk: context (in both), removed (old only), added (new only). Numbers count from 1. */
export interface RowView {
  kind: "context" | "removed" | "added";
  text: string;
  /** The line's terminator where it is not a plain LF: shown as a mark. "none": the file ends without one. */
  end?: "crlf" | "cr" | "none";
  old?: number;
  new?: number;
}

export type HunkState = "pending" | "accepted" | "rejected" | "stale" | "overtaken";

export interface HunkView {
  id: HunkId;
  state: HunkState;
  /** seq of the decision that decided it. */
  decision?: number;
  rows: RowView[];
  removed: number;
  added: number;
  /** "refused before", "changed since you refused it", "not in your file", "the other half is not in", … */
  marks: string[];
  /** Why a bulk decision leaves the hunk alone: it would do more than change text, or drop lines that stand elsewhere, undecided. */
  apart?: "protected" | "half";
  /** For a stale or overtaken hunk: the person's own lines at that place. */
  yours?: string[];
  /** For a stale or overtaken hunk: the person has no such file any more. */
  gone?: true;
  /** For "changed since you refused it": what was refused, as added lines. */
  refused?: string[];
  why?: string;
}

/** Half-open ranges in a row's text, in UTF-16 code units. */
export type Parts = readonly (readonly [from: number, to: number])[];

/** What is decided as one: an old line, a new one, or the line that became another. Numbers as the rows have them. */
export interface PairView {
  old?: number;
  new?: number;
  /** The words that went, and those that came. */
  oldWords?: Parts;
  newWords?: Parts;
  /** Places in the list of pairs of all that has to be taken with this one. */
  along?: readonly number[];
}

/** Lines that this hunk takes out and another puts in, or the other way round. */
export interface MovedView {
  /** "to": they go from here to that line of the new text; "from": they come from that line of the old one. */
  way: "to" | "from";
  line: number;
  lines: number;
  /** The hunk at the other end. */
  hunk: HunkId;
}

/** What is worked out of a hunk only once it is in sight. */
export interface CloserView {
  hunk: HunkId;
  /** Empty where the hunk is decided as a whole. */
  pairs: readonly PairView[];
  moved: readonly MovedView[];
}

export interface FileView {
  id: FileId;
  path: string;
  revision: number;
  change: "changed" | "created" | "deleted" | "binary" | "mode" | "renamed" | "link" | "ends" | "mark" | "encoding";
  /** For "mode": whether the file becomes executable. */
  executable?: boolean;
  /** The path that the agent's draft has it under, where that is another one. */
  newPath?: string;
  /** The person gave the file this other name: its hunks can be applied there. */
  movedTo?: string;
  /** "1.2 KB → 3.4 KB" and the like, for what cannot be shown as lines. */
  detail?: string;
  hunks: HunkView[];
  /** Number of hunks in the whole file, where `hunks` is a part. */
  total: number;
}

/** An edit that is still streaming: what is known of it, newest lines last. */
export interface IncomingView {
  call: string;
  verb: string;
  path: string;
  removed: string[];
  added: string[];
  /** Lines not sent because they are above what is shown. */
  above: number;
}

export type TalkItem =
  | { kind: "prompt"; text: string; turn: number }
  | { kind: "report"; text: string }
  | { kind: "said"; text: string }
  | { kind: "thought"; text: string }
  /** `output` names the body that holds all that a command wrote. */
  | {
      kind: "tool";
      name: string;
      summary: string;
      state: "running" | "ok" | "failed";
      text: string;
      output?: ContentId;
    }
  /** A question and what became of it: `answer` is the option's label, "" while it is open and where nobody answered. */
  | {
      kind: "question";
      id: string;
      title: string;
      lines: readonly string[];
      state: "open" | "yes" | "no" | "unanswered";
      answer: string;
      why: string;
    }
  | { kind: "ended"; how: string; text: string; remedy: string }
  | { kind: "note"; text: string };

export interface DecisionView {
  seq: number;
  verb: "accepted" | "rejected" | "took theirs" | "kept mine" | "undid" | "redid";
  /** One line, beginning with the verb: "accepted 2 hunks in a.ts". */
  summary: string;
  /** The reason the person gave. */
  why?: string;
  /** Undone by a later one: can be done again. */
  standing: boolean;
  at: number;
}

/** A named problem with the ways out of it. */
export interface Notice {
  kind: "error" | "warning" | "info";
  text: string;
  remedy: string;
  actions: { label: string; action: PageAction }[];
}

export type PageAction =
  | "demo"
  | "key"
  | "key-help"
  | "trust"
  | "open-folder"
  | "resume"
  | "retry"
  | "new-task"
  | "wait"
  | "stop"
  | "take-over";

/** A task that is being written: what is known of it, and what can go along. */
export interface TaskView {
  folder: string;
  connection: string;
  /** What will be copied, in words; "" while it is being counted. */
  size: string;
  /** What was written so far, when this asking began. */
  text: string;
  /** The selection, the files and what was pasted, which go along unless the person says otherwise. `size` is in words. */
  along: { id: string; name: string; size?: string; with: boolean }[];
  /** What could not be added, and why; "" or absent: nothing. */
  problem?: string;
}

export type Activity = "none" | "copying" | "working" | "waiting" | "stopping" | "idle" | "readonly";

export interface HeadView {
  session: SessionId | null;
  goal: string;
  folder: string;
  connection: string;
  /** What is to be known of the connection before anything else: that it is a demo. */
  label?: string;
  activity: Activity;
  /** What is being done just now, in a few words; "" when nothing is. */
  doing: string;
  /** `pending` counts every undecided hunk; `stale` those of them that the person's own text stands against. */
  counts: { files: number; pending: number; accepted: number; rejected: number; stale: number };
  plan: PlanStep[];
  notice: Notice | null;
  /** What waits for the person's answer, oldest first. */
  questions: readonly Question[];
  /** The decision that Undo and Redo would act on. */
  undo: string | null;
  redo: string | null;
  decisions: DecisionView[];
  usage: { input: number; output: number; cacheRead: number; cacheWrite: number };
  /** Used up of what the person set as limits; absent where there are none. */
  spent?: SpendingView | null;
}

export type HostMessage =
  | { kind: "head"; head: HeadView }
  /** `part` > 0 adds hunks to the view of the same file and revision that came before. */
  | { kind: "file"; file: FileView; part: number }
  /** The files there are, in the order in which they are shown; others are gone. */
  | { kind: "order"; files: FileId[] }
  /** Replaces the conversation from this item on. */
  | { kind: "talk"; from: number; items: TalkItem[] }
  | { kind: "incoming"; items: IncomingView[] }
  /** Everything was sent once. */
  | { kind: "complete" }
  /** A short answer to an action: "moved on", "nothing to undo", a refusal with its reason. "clash": the person's text is in the way. */
  | { kind: "say"; text: string; tone: "info" | "error"; about?: "clash" }
  /** The lines that the person wrote for this hunk are in. */
  | { kind: "edited"; file: FileId; hunk: HunkId }
  /** More of these hunks, which the page asked for; it is for this revision alone. */
  | { kind: "closer"; file: FileId; revision: number; hunks: readonly CloserView[] }
  /** Opens the page's box for a task, shows more in it, or closes it. */
  | { kind: "task"; task: TaskView | null }
  /** Asks the page to do what a key would. */
  | { kind: "do"; action: "next" | "previous" | "accept" | "reject" | "undo" | "redo" | "focus-follow-up" };

/** Made when the first message comes, not when the extension starts. */
function messages() {
  const item = z.object({ file: z.string(), revision: z.number(), hunks: z.array(z.string()) });
  const actions = [
    "demo",
    "key",
    "key-help",
    "trust",
    "open-folder",
    "resume",
    "retry",
    "new-task",
    "wait",
    "stop",
    "take-over",
  ] as const;
  const writing = z.object({
    kind: z.literal("task"),
    token: z.string(),
    /** "keep": this is written so far; "leave": it is written on later; "files": more are to go along; "agent": another one is to do it. */
    do: z.enum(["start", "keep", "leave", "files", "agent"]),
    text: z.string(),
    /** Ids of what does not go along. */
    without: z.array(z.string()),
  });

  return z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("ready"), token: z.string() }),
    z.object({ kind: z.literal("accept"), token: z.string(), items: z.array(item), why: z.optional(z.string()) }),
    z.object({ kind: z.literal("reject"), token: z.string(), items: z.array(item), why: z.optional(z.string()) }),
    z.object({ kind: z.literal("take"), token: z.string(), items: z.array(item) }),
    z.object({ kind: z.literal("keep"), token: z.string(), items: z.array(item) }),
    z.object({ kind: z.literal("undo"), token: z.string(), decision: z.optional(z.number()) }),
    z.object({ kind: z.literal("redo"), token: z.string(), decision: z.optional(z.number()) }),
    z.object({ kind: z.literal("edit"), token: z.string(), item, text: z.string(), why: z.optional(z.string()) }),
    z.object({
      kind: z.literal("rows"),
      token: z.string(),
      item,
      old: z.array(z.number()),
      new: z.array(z.number()),
    }),
    /** These hunks have come into sight: more of them is wanted. */
    z.object({ kind: z.literal("closer"), token: z.string(), item }),
    z.object({ kind: z.literal("apply-there"), token: z.string(), file: z.string() }),
    /** "now": what runs is stopped for it. */
    z.object({ kind: z.literal("follow"), token: z.string(), text: z.string(), now: z.optional(z.boolean()) }),
    /** Shows all that a command wrote. */
    z.object({ kind: z.literal("output"), token: z.string(), output: z.string() }),
    z.object({ kind: z.literal("stop"), token: z.string() }),
    z.object({
      kind: z.literal("answer"),
      token: z.string(),
      question: z.string(),
      option: z.string(),
      why: z.optional(z.string()),
    }),
    z.object({ kind: z.literal("open"), token: z.string(), file: z.string(), line: z.number() }),
    z.object({ kind: z.literal("action"), token: z.string(), action: z.enum(actions) }),
    z.object({ kind: z.literal("beat"), token: z.string() }),
    /** An image that was pasted into the task, in base64; "" where it is too large to be sent. */
    z.object({
      kind: z.literal("paste"),
      token: z.string(),
      name: z.string().check(z.maxLength(1_000)),
      data: z.string().check(z.maxLength(32_000_000)),
    }),
    writing,
  ]);
}

let shapes: ReturnType<typeof messages> | null = null;

export type PageMessage = z.infer<ReturnType<typeof messages>>;
export type { DecisionItem };

/** A value from the page as a message, or null when it is none (wrong shape, unknown kind, wrong token). */
export function parsePageMessage(value: unknown, token: string): PageMessage | null {
  shapes ??= messages();
  const parsed = shapes.safeParse(value);
  return parsed.success && parsed.data.token === token ? parsed.data : null;
}
