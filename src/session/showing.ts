/**
 * Showing: turns the session's state into host messages, and sends only what is not on the page yet.
 *
 * Every listener gets the same stream. Work is gathered: however much happens while one round is being made, the next
 * round shows the latest state and nothing between. A view is made of the texts on the disk, sent and forgotten; what
 * was shown is known by its key.
 */
import {
  connectionText,
  type Activity,
  type DecisionView,
  type FileId,
  type FileView,
  type HeadView,
  type HostMessage,
  type Notice,
  type SpendingView,
  type TalkItem,
} from "../protocol/index.ts";
import {
  countsOf,
  hunksDecided,
  standing,
  stands,
  undone,
  type DecisionState,
  type FileState,
} from "../state/index.ts";
import type { Desk } from "./desk.ts";
import type { Streaming } from "./streaming.ts";
import { fileView } from "./views.ts";

/** Characters of rows in one message; a longer file comes in parts. */
const partSize = 60_000;
/** Milliseconds between two rounds while words or edits stream. */
const frame = 30;
/** Milliseconds that views are made for in one go. */
const spell = 10;
/** Decisions listed in the head, newest first. */
const decisionsListed = 200;

export interface Showing {
  listen(listener: (message: HostMessage) => void): () => void;
  everything(): Promise<HostMessage[]>;
  head(): HeadView;
  /** Something in the log changed: shown at once. */
  changed(): void;
  /** Something is streaming: shown at once, or a frame after what was shown last. */
  streamed(): void;
  /** The person's file may have changed: its marks are made again. */
  touched(file: FileId): void;
  /** Says something to the page that no event says. */
  send(message: HostMessage): void;
  close(): void;
}

export interface Present {
  activity(): Activity;
  spent(): SpendingView | null;
  notice(): Notice | null;
}

export function openShowing(desk: Desk, streaming: () => Streaming, present: Present): Showing {
  const listeners = new Set<(message: HostMessage) => void>();
  const shown = new Map<FileId, Shown>();
  let talk: TalkItem[] = [];
  let head = "";
  let order = "";
  let incoming = "[]";
  let timer: NodeJS.Timeout | null = null;
  let round: Promise<void> | null = null;
  let again = false;
  let closed = false;
  /** When something that streams was shown last. */
  let streamedAt = -frame;

  const send = (message: HostMessage) => {
    for (const listener of listeners) listener(message);
  };

  const keyOf = (file: FileState) => {
    const verdicts = [...file.verdicts].map(([hunk, { verdict, decision }]) => `${hunk}${verdict}${decision}`).join();
    const place = `${file.path} ${file.draftPath} ${desk.renamed.get(file.path) ?? ""}`;
    return `${place} ${file.revision.number} ${desk.typed(file.id)} ${[...file.missing].join()} ${verdicts}`;
  };

  const inOrder = () =>
    [...desk.state.files.values()]
      .filter((file) => shown.get(file.id)?.there)
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : rank(a) - rank(b)))
      .map((file) => file.id);

  const talkNow = (): TalkItem[] => {
    const words = streaming().words();
    return (words ? [...desk.state.talk, words] : [...desk.state.talk]).map((item) =>
      item.kind === "tool" && item.state === "running" ? { ...item, text: "" } : item,
    );
  };

  /** One round. With `all`, what is on the page already is made again and put there. */
  const show = async (all: Map<FileId, FileView> | null) => {
    let since = performance.now();
    for (const file of desk.state.files.values()) {
      // Without the person's side no hunk can be called stale: it is read once, and again when their file was touched.
      if (file.revision.hunks.length > 0 && !desk.userKnown(file)) await desk.readUser(file.id);
      const key = keyOf(file);
      const isShown = shown.get(file.id)?.key === key;
      if (isShown && !all) continue;
      const view = await fileView(desk, asNow(file));
      if (closed) return;
      shown.set(file.id, { key, there: view !== null, stale: staleIn(view) });
      if (view) all?.set(file.id, view);
      if (view && !isShown) for (const message of partsOf(view)) send(message);
      if (performance.now() - since < spell) continue;
      await breath();
      since = performance.now();
    }
    const nextOrder = inOrder();
    if (JSON.stringify(nextOrder) !== order) {
      order = JSON.stringify(nextOrder);
      send({ kind: "order", files: nextOrder });
    }
    showTalk();
    showHead();
  };

  const showTalk = () => {
    const next = talkNow();
    let from = 0;
    while (from < next.length && from < talk.length && sameItem(next[from]!, talk[from]!)) from++;
    if (from < next.length || from < talk.length) send({ kind: "talk", from, items: next.slice(from) });
    talk = next;
    const arriving = streaming().incoming();
    if (JSON.stringify(arriving) !== incoming) {
      incoming = JSON.stringify(arriving);
      send({ kind: "incoming", items: arriving });
    }
  };

  const headNow = (): HeadView => {
    const stale = [...shown.values()].reduce((sum, one) => sum + one.stale, 0);
    const last = standing(desk.state).at(-1);
    const next = undone(desk.state).at(-1);
    return {
      session: desk.state.session,
      goal: desk.state.goal,
      folder: desk.state.workspace.name,
      connection: connectionText(desk.state.connection),
      activity: present.activity(),
      doing: streaming().doing(),
      counts: { ...countsOf(desk.state), stale },
      plan: desk.state.plan,
      notice: present.notice(),
      questions: desk.state.questions.map(({ question }) => question),
      undo: last ? summaryOf(last) : null,
      redo: next ? summaryOf(next) : null,
      decisions: decisionsOf(desk),
      usage: { ...desk.state.usage },
      spent: present.spent(),
    };
  };

  const showHead = () => {
    const next = headNow();
    const text = JSON.stringify(next);
    if (text === head) return;
    head = text;
    send({ kind: "head", head: next });
  };

  /** One round at a time: of two, the one that began first might end last, and show what is past. */
  const begin = (all: Map<FileId, FileView> | null): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    round = show(all).finally(() => {
      round = null;
      if (!again) return;
      again = false;
      run();
    });
    return round;
  };

  const run = () => {
    if (closed) return;
    if (round) again = true;
    else
      begin(null).catch((error: unknown) =>
        send({ kind: "say", tone: "error", text: `This cannot be shown: ${String(error)}` }),
      );
  };

  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async everything() {
      while (round) await round.catch(() => {});
      const views = new Map<FileId, FileView>();
      await begin(views);
      const files = inOrder().filter((id) => views.has(id));
      return [
        { kind: "head", head: headNow() },
        ...files.flatMap((id) => partsOf(views.get(id)!)),
        { kind: "order", files },
        { kind: "talk", from: 0, items: talkNow() },
        { kind: "incoming", items: streaming().incoming() },
        { kind: "complete" },
      ];
    },
    head: headNow,
    changed: run,
    streamed() {
      if (closed || timer) return;
      // What comes after a silence is shown at once; only what follows too soon waits.
      const wait = Math.max(0, streamedAt + frame - performance.now());
      timer = setTimeout(() => {
        streamedAt = performance.now();
        if (round) return run();
        showTalk();
        showHead();
        timer = null;
      }, wait);
    },
    touched(file) {
      desk.readUser(file).then(run, run);
    },
    send,
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      listeners.clear();
    },
  };
}

/** What is known of a file on the page: which state of it, whether there is anything to show, and how many stale hunks. */
interface Shown {
  key: string;
  there: boolean;
  stale: number;
}

/** The file as it is at this moment: a view takes a while, and must not be half of one state and half of the next. */
function asNow(file: FileState): FileState {
  return { ...file, verdicts: new Map(file.verdicts), missing: new Set(file.missing) };
}

function staleIn(view: FileView | null): number {
  return view?.hunks.filter((hunk) => hunk.state === "stale" || hunk.state === "overtaken").length ?? 0;
}

/** Lets whatever else waits for this thread go first. */
function breath(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

/** A new name first, then the text, then its mode. */
function rank({ attribute }: FileState): number {
  return attribute === "path" ? 0 : attribute === null ? 1 : 2;
}

function sameItem(a: TalkItem, b: TalkItem): boolean {
  if (a === b) return true;
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}

function partsOf(view: FileView): HostMessage[] {
  const parts: HostMessage[] = [];
  let hunks: FileView["hunks"] = [];
  let size = 0;
  for (const hunk of view.hunks) {
    const own = hunk.rows.reduce((sum, row) => sum + row.text.length + 40, 200);
    if (hunks.length > 0 && size + own > partSize) {
      parts.push({ kind: "file", file: { ...view, hunks }, part: parts.length });
      hunks = [];
      size = 0;
    }
    hunks.push(hunk);
    size += own;
  }
  parts.push({ kind: "file", file: { ...view, hunks }, part: parts.length });
  return parts;
}

function decisionsOf(desk: Desk): DecisionView[] {
  const own = [...desk.state.decisions.values()].filter((one) => one.kind !== "undo" && one.results.size > 0);
  return own
    .slice(-decisionsListed)
    .reverse()
    .map((one) => ({
      seq: one.seq,
      verb: verbOf(one),
      summary: summaryOf(one),
      ...(one.why ? { why: one.why } : {}),
      standing: stands(one),
      at: one.at,
    }));
}

function verbOf(decision: DecisionState): DecisionView["verb"] {
  if (decision.kind === "accept") return decision.sided ? "took theirs" : "accepted";
  return decision.sided ? "kept mine" : "rejected";
}

function summaryOf(decision: DecisionState): string {
  if (decision.how === "edited") return `accepted 1 hunk with your own lines in ${decision.texts[0]!.path}`;
  if (decision.how === "rows") return `accepted some lines of 1 hunk in ${decision.texts[0]!.path}`;
  const hunks = hunksDecided(decision) || decision.items.reduce((sum, item) => sum + item.hunks.length, 0);
  const paths = decision.texts.map((one) => one.path);
  const where = paths.length === 1 ? paths[0]! : `${paths.length} files`;
  return `${verbOf(decision)} ${hunks} ${hunks === 1 ? "hunk" : "hunks"} in ${where}`;
}
