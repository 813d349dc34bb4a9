/**
 * Store: what the host has sent, folded message by message.
 *
 * Pure. The page never changes any of this by itself: a decision shows when the host says so.
 * Always: what did not change keeps its reference, so that drawing can pass it by; a file that `order` does not name is gone.
 */
import type {
  CloserView,
  FileView,
  HeadView,
  HostMessage,
  HunkView,
  IncomingView,
  TalkItem,
  TaskView,
} from "../protocol/view.ts";
import type { FileId, HunkId } from "../protocol/ids.ts";

export interface PageState {
  head: HeadView | null;
  files: ReadonlyMap<FileId, FileView>;
  order: readonly FileId[];
  /** What is known of hunks that have been in sight, beyond their rows. */
  closer: ReadonlyMap<FileId, ReadonlyMap<HunkId, CloserView>>;
  talk: readonly TalkItem[];
  incoming: readonly IncomingView[];
  /** The task that is being written, while its box is open. */
  task: TaskView | null;
  /** Everything was sent once. */
  complete: boolean;
  /** The last short answer. `count` tells two equal answers apart. */
  said: { text: string; tone: "info" | "error"; count: number; about?: "clash" } | null;
}

export const nothingYet: PageState = {
  head: null,
  files: new Map(),
  order: [],
  closer: new Map(),
  talk: [],
  incoming: [],
  task: null,
  complete: false,
  said: null,
};

/** The state after one message. `do` and kinds this page does not know change nothing. */
export function fold(state: PageState, message: HostMessage): PageState {
  switch (message.kind) {
    case "head":
      return { ...state, head: message.head };
    case "file":
      return withFile(state, message.file, message.part);
    case "order":
      return ordered(state, message.files);
    case "talk":
      return { ...state, talk: [...state.talk.slice(0, message.from), ...message.items] };
    case "incoming":
      return { ...state, incoming: message.items };
    case "task":
      // What is being written is newer than what the host was told of it.
      return {
        ...state,
        task: message.task && state.task ? written(message.task, writtenOf(state.task)) : message.task,
      };
    case "complete":
      return { ...state, complete: true };
    case "say":
      return {
        ...state,
        said: {
          text: message.text,
          tone: message.tone,
          count: (state.said?.count ?? 0) + 1,
          ...(message.about ? { about: message.about } : {}),
        },
      };
    case "closer":
      return withCloser(state, message.file, message.revision, message.hunks);
    default:
      return state;
  }
}

/** What a person has written of a task: its text, and what does not go along. */
export interface Written {
  text: string;
  without: string[];
}

export function writtenOf(task: TaskView | null): Written {
  return {
    text: task?.text ?? "",
    without: (task?.along ?? []).filter((each) => !each.with).map(({ id }) => id),
  };
}

/** The task with this written of it. */
export function written<T extends TaskView | null>(task: T, { text, without }: Written): T {
  if (task === null) return task;
  return { ...task, text, along: task.along.map((each) => ({ ...each, with: !without.includes(each.id) })) };
}

/** Whether a turn runs, or is about to end: what is sent now would have to end it first. */
export function isBusy(head: Pick<HeadView, "activity"> | null): boolean {
  return head !== null && ["copying", "working", "waiting", "stopping"].includes(head.activity);
}

/** The files in the order in which they are shown. A file that came before its place in the order stands last. */
export function filesInOrder(state: PageState): FileView[] {
  return state.order.flatMap((id) => state.files.get(id) ?? []);
}

function ordered(state: PageState, order: readonly FileId[]): PageState {
  const named = new Set(order);
  const files = new Map([...state.files].filter(([id]) => named.has(id)));
  if (files.size === state.files.size) return { ...state, order };
  return { ...state, order, files, closer: new Map([...state.closer].filter(([id]) => named.has(id))) };
}

function withFile(state: PageState, file: FileView, part: number): PageState {
  const before = state.files.get(file.id);
  if (part > 0 && before?.revision !== file.revision) return state;
  const hunks = part > 0 && before !== undefined ? appended(before.hunks, file.hunks) : file.hunks;
  const next: FileView = { ...file, hunks: keepEqual(before?.hunks ?? [], hunks) };
  if (before !== undefined && sameFile(before, next)) return state;
  const files = new Map(state.files).set(file.id, next);
  const order = before !== undefined || state.order.includes(file.id) ? state.order : [...state.order, file.id];
  return { ...state, files, order, closer: before === undefined ? state.closer : stillClose(state, before, next) };
}

/** What is known of the file's hunks whose rows are as they were. */
function stillClose({ closer }: PageState, before: FileView, now: FileView): PageState["closer"] {
  const known = closer.get(now.id);
  if (known === undefined) return closer;
  const rows = new Map(before.hunks.map((hunk) => [hunk.id, hunk.rows]));
  const left = now.hunks.flatMap((hunk) => {
    const view = known.get(hunk.id);
    return view !== undefined && same(rows.get(hunk.id), hunk.rows) ? [[hunk.id, view] as const] : [];
  });
  return left.length === known.size ? closer : new Map(closer).set(now.id, new Map(left));
}

function withCloser(state: PageState, id: FileId, revision: number, hunks: readonly CloserView[]): PageState {
  const file = state.files.get(id);
  if (file === undefined || file.revision !== revision) return state;
  const there = new Set(file.hunks.map((hunk) => hunk.id));
  const known = new Map(state.closer.get(id));
  let changed = false;
  for (const view of hunks) {
    const old = known.get(view.hunk);
    if (!there.has(view.hunk) || (old !== undefined && same(old, view))) continue;
    // The lines that are chosen are known by their pairs.
    known.set(view.hunk, old !== undefined && same(old.pairs, view.pairs) ? { ...view, pairs: old.pairs } : view);
    changed = true;
  }
  return changed ? { ...state, closer: new Map(state.closer).set(id, known) } : state;
}

function appended(before: readonly HunkView[], more: readonly HunkView[]): HunkView[] {
  const coming = new Set(more.map((hunk) => hunk.id));
  return [...before.filter((hunk) => !coming.has(hunk.id)), ...more];
}

function keepEqual(before: readonly HunkView[], now: readonly HunkView[]): HunkView[] {
  const known = new Map(before.map((hunk) => [hunk.id, hunk]));
  return now.map((hunk) => {
    const old = known.get(hunk.id);
    return old !== undefined && same(old, hunk) ? old : hunk;
  });
}

function sameFile(one: FileView, other: FileView): boolean {
  const { hunks, ...rest } = one;
  const { hunks: others, ...otherRest } = other;
  return (
    hunks.length === others.length && hunks.every((hunk, index) => hunk === others[index]) && same(rest, otherRest)
  );
}

/** Deep equality of what can stand in a message. */
function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => same(left[key], right[key]));
}
