/**
 * Desk: what is in front of the person just now (the place, what is folded, what was sent), and what a command does.
 *
 * Knows no element of the page: it gets messages and commands, and posts messages. Time comes in as a function.
 * Always: nothing is posted but by a command, or to see more of a hunk that is in sight; a hunk that was sent is not sent again until the host answered;
 * no decision is shown before the host says so.
 */
import type { FileView, HunkView } from "../protocol/view.ts";
import type { DecisionItem } from "../protocol/events.ts";
import { byLines } from "./byLines.ts";
import { mostEdits, settled } from "./edits.ts";
import type { Command } from "./keys.ts";
import * as say from "./sayings.ts";
import { fold, filesInOrder, isBusy, nothingYet, written, writtenOf, type PageState } from "./store.ts";
import {
  bulkOf,
  clashing,
  faceOf,
  hunkAt,
  isUndecided,
  joined,
  keyOf,
  lineOf,
  nextPlace,
  oldLineOf,
  settle,
  stillOut,
  type Bulk,
  type Place,
} from "./places.ts";
import type { Desk, Kept, Post, Ui, Wish } from "./ui.ts";

export type { Desk, Kept, Post, Ui, Wish } from "./ui.ts";

const answerMilliseconds = 6000;

export function openDesk(post: Post, kept: Partial<Kept>, now: () => number): Desk {
  let state: PageState = nothingYet;
  let ui: Ui = {
    place: kept.place ?? null,
    folded: new Map(kept.folded ?? []),
    open: new Set(kept.open ?? []),
    sent: new Map(),
    seen: new Map(kept.seen ?? []),
    choice: null,
    editing: null,
    edits: new Map(kept.edits ?? []),
    why: null,
    asking: null,
    help: false,
    follow: kept.follow ?? "",
    wish: { to: "none", scroll: false, count: 0 },
    spoken: { text: "", count: 0 },
  };
  let lastFollow = "";
  let lastDecision = -1;
  /** The session that `seen` is about. */
  let seenIn = kept.session ?? null;
  const listeners: (() => void)[] = [];

  const change = (part: Partial<Ui>) => {
    ui = { ...ui, ...part };
    for (const listener of listeners) listener();
  };
  const wish = (to: Wish["to"], scroll = true): Wish => ({ to, scroll, count: ui.wish.count + 1 });
  const speak = (text: string) => ({ text, count: ui.spoken.count + 1 });
  const tell = (text: string, about?: typeof say.clash) => {
    state = fold(state, { kind: "say", text, tone: "info", ...(about ? { about } : {}) });
    change({ spoken: speak(text) });
  };
  const files = () => filesInOrder(state);
  const waitsForMe = (hunk: HunkView, place: Place) => isUndecided(hunk) && !ui.sent.has(keyOf(place));
  const readonly = () => state.head?.activity === "readonly";
  const wasSeen = (place: Place, hunk: HunkView) => ui.seen.get(keyOf(place)) === faceOf(hunk);

  const bulks = new WeakMap<FileView, Pick<Ui, "sent" | "seen"> & { bulk: Bulk }>();

  /** What is pending of one file: counted again only when it, or what was seen or sent, is another. */
  function bulkIn(file: FileView): Bulk {
    const known = bulks.get(file);
    if (known?.sent === ui.sent && known.seen === ui.seen) return known.bulk;
    const bulk = bulkOf([file], ui.sent, wasSeen);
    bulks.set(file, { sent: ui.sent, seen: ui.seen, bulk });
    return bulk;
  }

  /** The file with what is decided beside its text. */
  const frameOf = ({ path }: FileView) => files().filter((file) => file.path === path);

  function walk(step: 1 | -1, wanted: (hunk: HunkView, place: Place) => boolean) {
    const place = nextPlace(files(), ui.place, step, wanted);
    const here = hunkAt(files(), ui.place);
    if (place !== null) desk.go(place);
    else if (here !== null && ui.place !== null && wanted(here.hunk, ui.place)) desk.go(ui.place);
    else tell(files().length === 0 ? say.noneYet : say.noneLeft);
  }

  function sendItems(
    verb: "accept" | "reject" | "take" | "keep",
    items: DecisionItem[],
    why: string | undefined,
    scroll: boolean,
  ) {
    const left = new Map(ui.sent);
    for (const item of items) for (const hunk of item.hunks) left.set(keyOf({ file: item.file, hunk }), now());
    change({ sent: left, why: null });
    const reason = why?.trim() ? { why: why.trim() } : {};
    post(verb === "take" || verb === "keep" ? { kind: verb, items } : { kind: verb, items, ...reason });
    const next = nextPlace(files(), ui.place, 1, waitsForMe);
    change(next === null ? { wish: wish("hunk", false) } : { place: next, wish: wish("hunk", scroll) });
  }

  /** Something new stands among the decisions: say it to whoever cannot see it. */
  function newest() {
    const decisions = state.head?.decisions ?? [];
    const last = decisions.reduce((one, other) => (other.seq > one.seq ? other : one), { seq: -1, summary: "" });
    const first = lastDecision < 0 && !state.complete;
    const fresh = last.seq > lastDecision;
    lastDecision = Math.max(lastDecision, last.seq);
    return fresh && !first && last.seq >= 0 ? last.summary : null;
  }

  const lines = byLines({
    at: () => ({ state, ui }),
    change,
    tell,
    wish,
    speak,
    post,
    now,
    decide: (verb, place) => desk.decide(verb, place),
  });

  const desk: Desk = {
    ...lines.desk,
    get state() {
      return state;
    },
    get ui() {
      return ui;
    },
    watch: (listener) => void listeners.push(listener),

    receive(messages) {
      const part: { -readonly [K in keyof Ui]?: Ui[K] } = {};
      const wanted: Command[] = [];
      const { said } = state;
      const clashed = clashing(files());
      for (const message of messages) {
        state = fold(state, message);
        if (message.kind === "do") wanted.push(message.action);
        if (message.kind === "head") {
          const text = newest();
          if (text !== null) part.spoken = speak(text);
          const { session } = message.head;
          if (session !== null && session !== seenIn) {
            if (seenIn !== null || ui.seen.size > 0) part.seen = new Map();
            seenIn = session;
          }
        }
        if (message.kind === "say") {
          part.sent = new Map();
          part.spoken = speak(message.text);
          // What was not taken goes back to where it was written.
          Object.assign(part, lines.returned());
          if (message.tone === "error" && ui.follow === "" && lastFollow !== "") part.follow = lastFollow;
        }
        if (message.kind === "edited") {
          part.edits = settled(part.edits ?? ui.edits, state.head?.session ?? "", message);
          if (ui.editing !== null && keyOf(ui.editing) === keyOf(message)) part.editing = null;
        }
        if (message.kind === "talk" && message.items.some((item) => item.kind === "prompt")) lastFollow = "";
      }
      // What was said of a hunk that no longer fits is over when that hunk is decided, or fits again.
      if (said !== null && said === state.said && said.about === "clash") {
        const left = new Set(clashing(files()));
        if (clashed.some((key) => !left.has(key))) state = { ...state, said: null };
      }
      const sent = part.sent ?? stillOut(ui.sent, state.files.values());
      // A place brought back by a reload waits for its file.
      const place = state.complete || ui.place === null ? settle(files(), ui.place) : ui.place;
      // Moved by a message, not by the person: the focus stays where it is.
      if (place !== ui.place) part.wish = { ...ui.wish, to: "none" };
      change({ ...part, sent, place });
      const [choice, editing] = [lines.stillChosen(), lines.stillEdited()];
      if (choice !== ui.choice || editing !== ui.editing) change({ choice, editing });
      for (const command of wanted) desk.command(command);
    },

    command(command, { scroll = true } = {}) {
      // A question is answered before anything else is done.
      if (state.task !== null) return command === "leave" ? desk.task("leave") : undefined;
      if (ui.asking !== null) return command === "leave" ? desk.answerAll("cancel") : undefined;
      const here = hunkAt(files(), ui.place);
      switch (command) {
        case "next":
          return walk(1, waitsForMe);
        case "previous":
          return walk(-1, waitsForMe);
        case "next-any":
          return walk(1, () => true);
        case "previous-any":
          return walk(-1, () => true);
        case "accept":
        case "reject":
        case "take":
        case "keep":
          if (ui.place === null || here === null) return tell(say.noHunkHere);
          if (ui.choice !== null && keyOf(ui.choice.place) === keyOf(ui.place)) {
            if (command === "accept") return desk.acceptChosen();
            return tell(say.linesChosen);
          }
          return desk.decide(command, ui.place, { scroll });
        case "reject-why":
          if (here === null || here.hunk.state !== "pending") return tell(say.noPendingHere);
          return desk.askWhy(ui.place);
        case "choose":
        case "choose-more":
        case "choose-less":
          return lines.pick(command);
        case "edit":
          if (ui.place === null || here === null) return tell(say.noPendingHere);
          return desk.edit(ui.place);
        case "accept-file":
        case "reject-file":
          if (here === null) return tell(say.noFileHere);
          return desk.decideMany(command === "accept-file" ? "accept" : "reject", desk.bulk(frameOf(here.file)).items);
        case "bulk":
        case "question":
          return change({ wish: wish(command) });
        case "undo":
          return desk.undo(here !== null && !isUndecided(here.hunk) ? here.hunk.decision : undefined);
        case "redo":
          return desk.redo();
        case "open":
          if (here !== null) desk.openFile(here.file.id, oldLineOf(here.hunk));
          return;
        case "toggle":
          if (here === null || ui.place === null) return;
          if (isUndecided(here.hunk)) {
            const folded = frameOf(here.file).every(({ id }) => ui.folded.get(id) === true);
            return frameOf(here.file).forEach(({ id }) => desk.foldFile(id, !folded));
          }
          return desk.showHunk(ui.place, !ui.open.has(keyOf(ui.place)));
        case "help":
          return desk.help(!ui.help);
        case "focus-follow-up":
          return change({ wish: wish("follow") });
        case "send":
          return desk.send();
        case "leave":
          if (ui.help) return desk.help(false);
          if (ui.why !== null) return desk.askWhy(null);
          if (ui.editing !== null) return desk.edit(null);
          if (ui.choice !== null) return desk.letGo();
          if (state.said !== null) desk.dismiss();
          return change({ wish: wish("hunk", false) });
      }
    },

    decide(verb, place, { why, scroll = true } = {}) {
      const here = hunkAt(files(), place);
      if (here === null) return tell(say.wentOn);
      if (readonly()) return tell(say.onlyRead);
      if (ui.sent.has(keyOf(place))) return;
      const clashes = here.hunk.state === "stale" || here.hunk.state === "overtaken";
      if (here.hunk.state === "accepted" || here.hunk.state === "rejected") return tell(say.already[here.hunk.state]);
      if (clashes && verb === "accept") return tell(say.clashText(here.hunk.gone === true), say.clash);
      if (!clashes && (verb === "take" || verb === "keep")) return tell(say.fits);
      change({ place });
      const items = [{ file: here.file.id, revision: here.file.revision, hunks: [here.hunk.id] }];
      sendItems(clashes && verb === "reject" ? "keep" : verb, items, why, scroll);
    },

    decideMany(verb, items) {
      if (readonly()) return tell(say.onlyRead);
      if (items.length === 0) return tell(desk.bulk().guarded > 0 ? say.oneByOne : say.nothingPending);
      sendItems(verb, items, undefined, true);
    },

    acceptAll() {
      const bulk = desk.bulk();
      if (bulk.unseen > 0 && !readonly()) change({ asking: bulk });
      else desk.decideMany("accept", bulk.items);
    },

    answerAll(answer) {
      const { asking } = ui;
      if (asking === null) return;
      change({ asking: null });
      if (answer === "cancel") return change({ wish: wish("bulk") });
      if (answer === "accept") return desk.decideMany("accept", asking.items);
      const asked = new Set(asking.items.flatMap(({ file, hunks }) => hunks.map((hunk) => keyOf({ file, hunk }))));
      const place = nextPlace(files(), null, 1, (hunk, each) => asked.has(keyOf(each)) && !wasSeen(each, hunk));
      if (place !== null) desk.go(place);
    },

    missed: () => tell(say.moved),

    bulk: (some = files()) => joined(some.map(bulkIn)),
    undo: (decision) => post(decision === undefined ? { kind: "undo" } : { kind: "undo", decision }),
    redo: (decision) => post(decision === undefined ? { kind: "redo" } : { kind: "redo", decision }),

    send() {
      const text = ui.follow.trim();
      if (text === "" || state.head?.session == null || readonly()) return;
      lastFollow = ui.follow;
      post(isBusy(state.head) ? { kind: "follow", text, now: true } : { kind: "follow", text });
      change({ follow: "", spoken: speak(say.sentOff) });
    },

    stop: () => post({ kind: "stop" }),
    output: (name) => post({ kind: "output", output: name }),
    reply: (question, option, why) => post({ kind: "answer", question, option, ...(why ? { why } : {}) }),
    task(what, now = writtenOf(state.task)) {
      post({ kind: "task", do: what, ...now });
      state = { ...state, task: what === "leave" ? null : written(state.task, now) };
      change(what === "leave" ? { wish: wish("hunk", false) } : {});
    },
    paste: (name, data) => post({ kind: "paste", name, data }),
    action: (action) => post({ kind: "action", action }),
    openFile: (file, line) => post({ kind: "open", file, line }),
    applyThere: (file) => post({ kind: "apply-there", file }),

    go(place) {
      const folded = new Map(ui.folded).set(place.file, false);
      const here = hunkAt(files(), place);
      change({ place, folded, wish: wish("hunk") });
      if (here !== null) change({ spoken: speak(say.whereText(here.file.path, lineOf(here.hunk), here.hunk.state)) });
    },

    stand: (place) => change({ place, wish: { ...ui.wish, to: "none" } }),
    foldFile: (file, folded) => change({ folded: new Map(ui.folded).set(file, folded) }),

    showHunk(place, shown) {
      const open = new Set(ui.open);
      if (shown) open.add(keyOf(place));
      else open.delete(keyOf(place));
      change({ open });
    },

    askWhy: (why) => change(why === null ? { why, wish: wish("hunk", false) } : { why, place: why }),
    write: (follow) => change({ follow }),
    help: (shown) => change(shown ? { help: true } : { help: false, wish: wish("hunk", false) }),

    dismiss() {
      state = { ...state, said: null };
      change({});
    },

    sawHunk(place, hunk) {
      if (!wasSeen(place, hunk)) change({ seen: new Map(ui.seen).set(keyOf(place), faceOf(hunk)) });
    },

    tick() {
      const sent = new Map([...ui.sent].filter(([, at]) => now() - at < answerMilliseconds));
      if (sent.size < ui.sent.size) change({ sent });
    },

    toKeep() {
      const { place, folded, open, follow } = ui;
      const present = new Set(
        files().flatMap((file) => file.hunks.map((hunk) => keyOf({ file: file.id, hunk: hunk.id }))),
      );
      const seen = [...ui.seen].filter(([key]) => !state.complete || present.has(key));
      const edits = [...ui.edits].slice(-mostEdits);
      return { place, folded: [...folded], open: [...open], follow, seen, session: seenIn, edits };
    },
  };
  return desk;
}
