/**
 * A long session's log, made up: steps of an agent with words, calls, looks and decisions, each group with its checkpoint and its bodies.
 *
 * Written in the format of the disk, many groups at a time, because appending a million events durably takes an hour.
 */
import { createHash, type Hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { firstValue, frameGroup } from "../../src/memory/frames.ts";
import { newSessionId } from "../../src/memory/session-id.ts";
import type { EventBody, Revision } from "../../src/protocol/index.ts";

/** Files that the made-up agent works on. */
const files = 200;
const stepsInTurn = 40;

/** Writes a session of so many events below a storage folder; answers its id. */
export function writeLongLog(storage: string, events: number): string {
  const session = newSessionId();
  const folder = join(storage, "sessions", session);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [log, bodies] = ["log", "bodies"].map((name) => openSync(join(folder, name), "wx", 0o600)) as [number, number];
  let chain: Hash = createHash("sha256").update(firstValue);
  let seq = 1;
  let length = 0;
  let waiting: { log: Buffer[]; bodies: Buffer[]; size: number } = { log: [], bodies: [], size: 0 };

  const flush = () => {
    for (const piece of [Buffer.concat(waiting.log)]) writeSync(log, piece);
    writeSync(bodies, Buffer.concat(waiting.bodies));
    waiting = { log: [], bodies: [], size: 0 };
  };
  const kept = (text: string): string => {
    const bytes = Buffer.from(text);
    const id = createHash("sha256").update(bytes).digest("hex");
    const body = Buffer.concat([Buffer.from(`${id} ${bytes.length}\n`), bytes, Buffer.from("\n")]);
    length += body.length;
    waiting.bodies.push(body);
    return id;
  };
  const append = (...group: EventBody[]) => {
    const room = Math.max(0, events + 1 - seq);
    const items = group.slice(0, room).map((body) => ({ text: JSON.stringify(body), at: 1_700_000_000_000 + seq }));
    if (items.length === 0) return;
    const { bytes, value } = frameGroup(items, seq, chain.copy(), length);
    chain = createHash("sha256").update(value);
    seq += items.length;
    waiting.log.push(bytes);
    waiting.size += bytes.length;
    if (waiting.size > 1 << 22) flush();
  };

  const connection = { name: "demo", endpoint: "http://127.0.0.1:1", model: "m", key: "demo" };
  append(
    {
      kind: "session.started",
      version: 1,
      session,
      goal: "sort the list",
      workspace: { uri: "file:///sample", name: "sample" },
      connection,
      engine: "anthropic",
    },
    { kind: "draft.made", draft: "d1", files, bytes: 1_000_000, left: [] },
  );
  const revisions = new Map<string, Revision>();
  for (let turn = 1; seq <= events; turn++) {
    append({ kind: "boundary", turn, revisions: [], told: "" });
    append({ kind: "turn.started", turn, prompt: `part ${turn} of the work`, attachments: [] });
    for (let step = 1; step <= stepsInTurn && seq <= events; step++) {
      const call = `toolu_${turn}_${step}`;
      append({ kind: "step.started", turn, step });
      append({ kind: "message", turn, content: kept(`{"role":"assistant","content":"message ${call} of many"}`) });
      append({ kind: "said", turn, step, text: `Now I change part ${step}: the order of its lines is wrong.` });
      const input = kept(`{"path":"src/part${step}.ts","old":"${call}","new":"${call}+"}`);
      const named = { name: "edit_file", summary: `edit src/part${step}.ts` };
      append({ kind: "tool.called", turn, step, call, ...named, input });
      append({ kind: "tool.answered", turn, call, ok: true, text: "Edited: one place was replaced." });
      const file = `f${1 + ((turn * stepsInTurn + step) % files)}`;
      const before = revisions.get(file);
      const number = (before?.number ?? 0) + 1;
      const draft = kept(`text ${number} of ${file}\n`);
      const base = before?.reviewed ?? kept(`text 0 of ${file}\n`);
      const hunks = [{ id: `h${number}`, from: step, to: step + 1, newFrom: step, newTo: step + 2 }];
      const sides = { reviewed: base, proposed: draft, draft, hunks, refusals: [], overtaken: [] };
      const revision: Revision = { file, path: `src/part${file}.ts`, number, ...sides };
      revisions.set(file, revision);
      append({ kind: "looked", turn, call, revisions: [revision], unshown: [] });
      if (step % 10 === 0) {
        const item = { file, revision: number, hunks: [`h${number}`] };
        append({ kind: "rejected", items: [item], texts: [], keep: false, why: "not this one" });
      }
      const usage = { input: 1000, output: 100, cacheRead: 10, cacheWrite: 1 };
      append({ kind: "step.ended", turn, step, stop: "tool_use", usage });
    }
    append({ kind: "turn.ended", turn, how: "done" });
  }
  flush();
  closeSync(log);
  closeSync(bodies);
  return session;
}
