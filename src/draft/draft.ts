/**
 * A draft as a session holds it.
 *
 * The walking and writing is the worker's; here the questions are put in order, and the bytes of both sides go to the session's bodies
 * before a change is told.
 *
 * What a look reports against: after `make`, the look before it. After `open` (a reload, or a worker that was started anew) the first
 * look reports every file that differs from the BASE, with the base's content as `before`; so does the first `userChanges`. The session
 * knows what it has seen and lays the two beside each other. Nothing found is lost by a crash between a look and the log.
 * Always: one question at a time; a look whose bytes could not be kept is as if it had not been made.
 */
import { stat } from "node:fs/promises";
import { attributeBody, type Bodies, type Content, type Draft, type TreeChange } from "../protocol/index.ts";
import { listingOf } from "./asking.ts";
import { draftError, DraftError } from "./error.ts";
import { historyOf } from "./history.ts";
import type { Standing } from "./standing.ts";
import { UnknownDraft } from "./standing.ts";
import type { Found } from "./sides.ts";
import type { Bytes, Changed, Loaded, Question, Questions, Unsaved } from "./wire.ts";

export interface DraftParts {
  standing: Standing;
  storage: string;
  id: string;
  folder: string;
  /** Path of our storage below the folder, if it lies there. */
  avoid: string | null;
  environment: NodeJS.ProcessEnv;
  bodies: Bodies;
  loaded: Loaded;
}

export function draftOf({ standing, storage, id, folder, avoid, environment, bodies, loaded }: DraftParts): Draft {
  let last: Promise<unknown> = Promise.resolve();

  /** After everything asked before, whatever became of it. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine.catch((problem: unknown) => {
      throw draftError(problem);
    });
  }

  async function ask<Name extends Question>(
    name: Name,
    question: Questions[Name]["ask"],
    signal?: AbortSignal,
  ): Promise<Questions[Name]["answer"]> {
    try {
      return await standing.ask(name, question, { signal });
    } catch (problem) {
      if (!(problem instanceof UnknownDraft)) throw problem;
      if ((await standing.ask("load", { storage, id }, { signal })) === null) {
        throw new DraftError(
          "The agent's draft is no longer there: its folder was removed.",
          "Send a follow-up: the next turn makes a new one. Nothing that was reviewed or proposed is lost.",
        );
      }
      return standing.ask(name, question, { signal });
    }
  }

  /** Keeps the bytes of both sides of what was found. */
  async function keep(found: readonly Found[]): Promise<void> {
    for (const { path, now, bytes } of found) {
      if (bytes !== null && (await bodies.put(bytes)) !== now)
        throw new Error(`the bytes of ${JSON.stringify(path)} were kept under another id`);
    }
    const missing = [
      ...new Set(found.flatMap(({ before }) => (before !== null && !bodies.has(before) ? [before] : []))),
    ];
    if (missing.length === 0) return;
    for (const [index, bytes] of (await ask("bodies", { id, contents: missing })).entries()) {
      if (bytes === null) throw new Error(`no bytes are kept for ${missing[index]}`);
      await bodies.put(bytes);
    }
  }

  /** Keeps what was found, and says it. */
  async function changesOf({ found, modes, links }: Changed): Promise<TreeChange[]> {
    await keep(found);
    const changes: TreeChange[] = found.map(({ path, before, now }) => ({ path, before, now }));
    const mode = (executable: boolean) => bodies.put(attributeBody({ kind: "mode", executable }));
    for (const { path, before, now } of modes)
      changes.push({ path, attribute: "mode", before: await mode(before), now: await mode(now) });
    for (const { path, before, now } of links)
      changes.push({ path, attribute: "link", before: await keepLink(before), now: await keepLink(now) });
    return changes;
  }

  async function keepLink(target: string | null): Promise<Content> {
    return target === null ? null : bodies.put(attributeBody({ kind: "link", target }));
  }

  return {
    id,
    root: loaded.root,
    files: loaded.files,
    bytes: loaded.bytes,
    left: loaded.left,
    alive: () =>
      stat(loaded.root).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    look: (named, signal) =>
      inOrder(async () => {
        const { unshown, ...changed } = await ask("look", { id, named: named ?? null }, signal);
        const changes = await changesOf(changed);
        signal?.throwIfAborted();
        await ask("commit", { id, side: "draft" });
        return { changes, unshown };
      }),
    userChanges: (unsaved, signal) =>
      inOrder(async () => {
        const listing = await listingOf(folder, environment, signal);
        const asked = { id, folder, listing, avoid, unsaved: ownBytes(unsaved) };
        const changes = await changesOf(await ask("compare", asked, signal));
        signal?.throwIfAborted();
        await ask("commit", { id, side: "user" });
        return changes;
      }),
    write: (files) =>
      inOrder(async () => {
        const withBytes = await Promise.all(
          files.map(async (file) => ({
            ...file,
            bytes: file.after === null ? null : own(await bodies.get(file.after)),
          })),
        );
        // What a mode is instead comes back as a value of ours: its body is kept as any other.
        for (const executable of files.some(({ attribute }) => attribute === "mode") ? [true, false] : [])
          await bodies.put(attributeBody({ kind: "mode", executable }));
        const wrote = await ask("write", { id, files: withBytes });
        for (const { target } of wrote) if (target !== undefined) await keepLink(target);
        return wrote.map(({ target: _, ...one }) => one);
      }),
    repository: (shared, signal) =>
      inOrder(async () => {
        const { parent, borrowed, shallow, blobs, notes } = await historyOf(folder, environment, signal);
        const alternates = borrowed[0]?.to ?? null;
        const base = await ask("repository", { storage, id, parent, alternates, shallow, blobs, shared }, signal);
        return { base, borrowed, notes };
      }),
    close: () => inOrder(async () => void (await standing.ask("unload", { id }))),
  };
}

/** Bytes in buffers of their own: a view of a larger buffer would take all of it to the worker. */
export function ownBytes(unsaved: readonly { path: string; bytes: Uint8Array }[]): Unsaved {
  return unsaved.map(({ path, bytes }) => ({ path, bytes: own(bytes) }));
}

function own(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}
