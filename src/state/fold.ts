/**
 * The fold: from a session's events to its state.
 *
 * Pure: the same events give the same state, on every machine, with no text at hand. `fold` takes over the state it
 * is given and returns it changed. An event of a kind this version does not know changes nothing.
 *
 * Always: nothing else holds session state; what an event does is here and nowhere else.
 */
import {
  assertNever,
  parseEvent,
  type DecisionItem,
  type FileId,
  type Revision,
  type SessionEvent,
} from "../protocol/index.ts";
import type { Verdict } from "../review/index.ts";
import { moveFile, place, removeFile } from "./places.ts";
import { emptyState, stands, type DecisionState, type FileState, type SessionState } from "./session-state.ts";
import { spend } from "./spent.ts";
import { answer, asked, closeCalls, closeQuestions, replied, say, wrote } from "./talk.ts";

/** The state after all these lines of a log. */
export function stateOf(events: Iterable<unknown>): SessionState {
  let state = emptyState();
  for (const event of events) state = foldLine(state, event);
  return state;
}

/** The state after one more line of a log. */
export function foldLine(state: SessionState, line: unknown): SessionState {
  const parsed = parseEvent(line);
  if (!("unknown" in parsed)) return fold(state, parsed);
  state.lastSeq = Math.max(state.lastSeq, parsed.seq);
  return state;
}

export function fold(state: SessionState, event: SessionEvent): SessionState {
  spend(state, event);
  state.lastSeq = event.seq;
  state.lastAt = event.at;
  switch (event.kind) {
    case "session.started":
      state.session = event.session;
      state.goal = event.goal;
      state.workspace = event.workspace;
      state.connection = event.connection;
      state.startedAt = event.at;
      return state;
    case "draft.made":
      state.draft = { id: event.draft, files: event.files, bytes: event.bytes };
      return state;
    case "boundary":
      state.boundary = event.seq;
      for (const revision of event.revisions) begin(state, revision);
      // A file the boundary left as it was starts anew too: nothing before a boundary is folded again.
      for (const file of state.files.values()) restart(file, file.revision);
      for (const seq of state.untold) {
        const decision = state.decisions.get(seq);
        if (decision) decision.told = stands(decision);
      }
      state.untold.clear();
      if (event.told) say(state, { kind: "report", text: event.told });
      return state;
    case "turn.started":
      state.turn = event.turn;
      state.turnOpen = true;
      state.ended = null;
      say(state, { kind: "prompt", text: event.prompt, turn: event.turn });
      return state;
    case "engine.chosen":
      state.connection = event.connection;
      return state;
    case "step.started":
      state.step = event.step;
      return state;
    case "message":
      state.messages.push(event.content);
      return state;
    case "said":
    case "thought":
      say(state, { kind: event.kind, text: event.text });
      return state;
    case "tool.called":
      state.running.push(state.talk.length);
      say(state, { kind: "tool", name: event.name, summary: event.summary, state: "running", text: event.call });
      return state;
    case "tool.answered":
      answer(state, event.call, event.ok ? "ok" : "failed", event.text);
      return state;
    case "plan":
      state.plan = event.steps;
      return state;
    case "asked":
      asked(state, event.question);
      return state;
    case "replied":
      replied(state, event);
      return state;
    case "ran":
      state.commands++;
      if (event.bytes > 0) wrote(state, event.output);
      return state;
    case "looked":
      for (const id of event.joined ?? []) removeFile(state, id);
      for (const revision of event.revisions) look(state, revision);
      state.unshown = event.unshown;
      return state;
    case "step.ended":
      for (const name of ["input", "output", "cacheRead", "cacheWrite"] as const)
        state.usage[name] += event.usage[name];
      return state;
    case "cost":
      return state;
    case "turn.ended":
      state.turnOpen = false;
      state.ended = { how: event.how, message: event.message ?? "", remedy: event.remedy ?? "" };
      closeCalls(state);
      closeQuestions(state);
      say(state, { kind: "ended", how: event.how, text: event.message ?? "", remedy: event.remedy ?? "" });
      return state;
    case "accepting":
      Object.assign(decide(state, event, "accept", event.items, event.take), {
        revisions: event.revisions,
        how: event.how ?? "",
      });
      state.open.add(event.seq);
      return state;
    case "accepted":
      return accepted(state, event);
    case "rejected": {
      const decision = decide(state, event, "reject", event.items, event.keep);
      for (const item of event.items) {
        decision.results.set(item.file, { kind: "written" });
        judge(state, item, "rejected", event.seq);
      }
      return state;
    }
    case "undoing": {
      const decision = decide(state, event, "undo", [], false);
      decision.target = event.target;
      decision.revisions = event.revisions;
      decision.refolded = event.refolded;
      state.open.add(event.seq);
      return state;
    }
    case "undone":
      return undone(state, event);
    case "saved":
      state.unsaved = state.unsaved.filter((one) => one.file !== event.file || one.decision !== event.decision);
      return state;
    case "withdrawn":
      return withdrawn(state, event);
    case "moved":
      moveFile(state, event.from, event.to);
      return state;
    case "note":
      say(state, { kind: "note", text: event.text });
      return state;
    default:
      return assertNever(event);
  }
}

// ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────

function put(state: SessionState, revision: Revision): FileState {
  const known = state.files.get(revision.file);
  const used = [...revision.hunks, ...revision.overtaken].reduce(
    (most, hunk) => Math.max(most, Number(hunk.id.slice(1))),
    0,
  );
  if (known) {
    place(state, known, revision.path, revision.draftPath ?? revision.path);
    known.revision = revision;
    known.verdicts = new Map();
    known.revisions.set(revision.number, revision);
    known.used = Math.max(known.used, used);
    return known;
  }
  const file: FileState = {
    id: revision.file,
    path: revision.path,
    draftPath: revision.draftPath ?? revision.path,
    attribute: revision.attribute ?? null,
    revision,
    verdicts: new Map(),
    revisions: new Map([[revision.number, revision]]),
    start: revision,
    steps: [],
    used,
    missing: new Set(),
  };
  state.files.set(file.id, file);
  place(state, file, file.path, file.draftPath);
  return file;
}

function restart(file: FileState, revision: Revision): void {
  file.start = revision;
  file.steps = [];
}

function begin(state: SessionState, revision: Revision): void {
  const file = put(state, revision);
  file.missing.clear();
  restart(file, revision);
}

function look(state: SessionState, revision: Revision): void {
  const isNew = !state.files.has(revision.file);
  const file = put(state, revision);
  if (isNew) {
    // Before its first look all texts of a file are one: what was reviewed.
    const base = {
      ...revision,
      number: 0,
      proposed: revision.reviewed,
      draft: revision.reviewed,
      hunks: [],
      refusals: [],
    };
    file.revisions.set(0, base);
    restart(file, base);
  }
  file.steps.push({ kind: "look", draft: revision.draft });
}

// ── Decisions ─────────────────────────────────────────────────────────────────────────────────────────────────

function decide(
  state: SessionState,
  event: SessionEvent & { texts: DecisionState["texts"]; why?: string },
  kind: DecisionState["kind"],
  items: readonly DecisionItem[],
  sided: boolean,
): DecisionState {
  const decision: DecisionState = {
    seq: event.seq,
    kind,
    sided,
    how: "",
    at: event.at,
    why: event.why ?? "",
    items,
    texts: event.texts,
    revisions: [],
    refolded: [],
    results: new Map(),
    target: 0,
    undoneBy: 0,
    since: event.seq,
    told: false,
  };
  state.decisions.set(decision.seq, decision);
  state.untold.add(decision.seq);
  return decision;
}

function judge(state: SessionState, item: DecisionItem, verdict: Verdict, decision: number): void {
  const file = state.files.get(item.file);
  if (!file) return;
  if (file.revision.number === item.revision) {
    for (const hunk of item.hunks) {
      file.verdicts.set(hunk, { verdict, decision });
      file.missing.delete(hunk);
    }
  }
  file.steps.push({ kind: "decision", decision, verdict, revision: item.revision, hunks: item.hunks });
}

function accepted(state: SessionState, event: SessionEvent & { kind: "accepted" }): SessionState {
  const decision = state.decisions.get(event.intent);
  state.open.delete(event.intent);
  if (!decision) return state;
  state.untold.add(decision.seq);
  for (const { file, result } of event.results) {
    decision.results.set(file, result);
    if (result.kind === "refused") {
      if (event.recovered) miss(state, decision, file);
      continue;
    }
    const revision = decision.revisions.find((one) => one.file === file);
    if (revision) begin(state, revision);
    else for (const item of decision.items) if (item.file === file) judge(state, item, "accepted", decision.seq);
    if (result.kind === "buffer") state.unsaved.push({ file, decision: decision.seq });
  }
  follow(state, decision);
  return state;
}

/** A rename that was written: the file is at its new path from here on. */
function follow(state: SessionState, decision: DecisionState): void {
  for (const { file, path, to } of decision.texts) {
    const result = decision.results.get(file);
    if (to !== undefined && result && result.kind !== "refused") moveFile(state, path, to);
  }
}

/** A window closed before the write: the hunks are offered again, and marked. */
function miss(state: SessionState, decision: DecisionState, id: FileId): void {
  const file = state.files.get(id);
  for (const item of decision.items) if (item.file === id) for (const hunk of item.hunks) file?.missing.add(hunk);
}

function undone(state: SessionState, event: SessionEvent & { kind: "undone" }): SessionState {
  const undo = state.decisions.get(event.intent);
  state.open.delete(event.intent);
  if (!undo) return state;
  state.untold.add(undo.seq);
  for (const { file, result } of event.results) undo.results.set(file, result);
  if (event.results.some(({ result }) => result.kind === "refused")) return state;
  const target = state.decisions.get(undo.target);
  if (!target) return state;
  target.undoneBy = undo.seq;
  state.untold.add(target.seq);
  const original = target.kind === "undo" ? state.decisions.get(target.target) : target;
  if (!original) return state;
  if (target.kind === "undo") {
    original.undoneBy = 0;
    state.untold.add(original.seq);
    original.since = event.seq;
    // Taking it back later starts from what doing it again found.
    original.texts = undo.texts;
  }
  for (const { file } of undo.texts) settle(state, undo, original, file);
  follow(state, undo);
  state.unsaved = state.unsaved.filter((one) => one.decision !== original.seq);
  for (const { file, result } of event.results) {
    if (result.kind === "buffer")
      state.unsaved.push({ file, decision: original.undoneBy === 0 ? original.seq : undo.seq });
  }
  return state;
}

/** Brings one file to where an undo leaves it. */
function settle(state: SessionState, undo: DecisionState, original: DecisionState, id: FileId): void {
  const revision = undo.revisions.find((one) => one.file === id);
  const file = state.files.get(id);
  if (revision) {
    const refolded = undo.refolded.includes(id);
    const steps = file?.steps ?? [];
    const start = file?.start ?? revision;
    begin(state, revision);
    const now = state.files.get(id)!;
    if (refolded) {
      now.start = start;
      now.steps = steps;
    }
    return;
  }
  if (!file) return;
  for (const item of original.items) {
    if (item.file !== id || item.revision !== file.revision.number) continue;
    for (const hunk of item.hunks) {
      if (original.undoneBy > 0) file.verdicts.delete(hunk);
      else
        file.verdicts.set(hunk, {
          verdict: original.kind === "accept" ? "accepted" : "rejected",
          decision: original.seq,
        });
    }
  }
}

function withdrawn(state: SessionState, event: SessionEvent & { kind: "withdrawn" }): SessionState {
  state.unsaved = state.unsaved.filter((one) => one.file !== event.file || one.decision !== event.decision);
  const decision = state.decisions.get(event.decision);
  const file = state.files.get(event.file);
  if (!decision || !file) return state;
  state.untold.add(decision.seq);
  decision.results.set(event.file, { kind: "refused", reason: event.why });
  const hunks = decision.items.filter((item) => item.file === event.file).flatMap((item) => item.hunks);
  const revision = event.revisions.find((one) => one.file === event.file);
  if (revision) begin(state, revision);
  else for (const hunk of hunks) file.verdicts.delete(hunk);
  file.steps = file.steps.filter((step) => step.kind !== "decision" || step.decision !== event.decision);
  for (const hunk of hunks) file.missing.add(hunk);
  return state;
}
