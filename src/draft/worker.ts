/**
 * The draft's worker: one standing thread for all drafts, synchronous inside, so that no walk and no copy stalls the editor.
 *
 * It answers questions one after another and sweeps the trash between them. It spawns nothing.
 * Always: every question is answered once; what a draft's sides remember lives here and begins at its manifest.
 */
import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";
import { compareFolder } from "./comparing.ts";
import { rulesOf, type Rules, type RuleText } from "./ignoring.ts";
import { listed, type Listed } from "./listing.ts";
import { look } from "./looking.ts";
import { beginMaking, cancelledMark, type Making } from "./making.ts";
import { placesOf, readManifest, writeManifest, type Manifest, type Row } from "./manifest.ts";
import { codeOf, lstat } from "./reading.ts";
import { discard, discardHalfMade, sweep } from "./removing.ts";
import { makeRepository } from "./repository.ts";
import { commit, isExecutable, sideOf, type Found, type Side } from "./sides.ts";
import { hasRoom, hasSpare, keepSpare } from "./spares.ts";
import type { Answered, Asked, Bytes, Loaded, Question, Questions } from "./wire.ts";
import { writeFiles } from "./writing.ts";

interface Held {
  tree: string;
  bodies: string;
  base: Map<string, Row>;
  rules: Rules;
  draft: Side;
  user: Side;
}

interface During {
  number: number;
  /** Throws when the question was cancelled. */
  cancelled: () => void;
}

const port = parentPort!;
const held = new Map<string, Held>();
const making = new Map<string, { storage: string; folder: string; avoid: string | null; copy: Making }>();
const preparing = new Map<string, { copy: Making; listed: Listed; outer: RuleText[] }>();
const unknownMark = new Error("unknown draft");

/** Files of a spare that are copied in one go: others are asking meanwhile. Bytes that a spare may come to. */
const preparedAtOnce = 64;
const largestSpare = 500_000_000;

const answers: { [Name in Question]: (ask: Questions[Name]["ask"], during: During) => Questions[Name]["answer"] } = {
  survey({ folder, listing, avoid }, during) {
    let [files, bytes] = [0, 0];
    for (const path of listed(folder, listing, avoid, during.cancelled).paths) {
      during.cancelled();
      const stat = lstat(`${folder}/${path}`);
      if (stat === null || typeof stat === "string" || !stat.isFile()) continue;
      files++;
      bytes += Number(stat.size);
    }
    return { files, bytes };
  },

  begin({ storage, id, folder, listing, avoid, unsaved }, during) {
    mark(storage, id);
    return orNothing(storage, id, () => {
      const copy = beginMaking({ storage, id, folder, unsaved }, true);
      making.set(id, { storage, folder, avoid, copy });
      copy.add(listed(folder, listing, avoid, during.cancelled), progress(during));
      return null;
    });
  },

  finish({ id, rest }, during) {
    const { storage, folder, avoid, copy } = making.get(id)!;
    return orNothing(storage, id, () => {
      if (rest) copy.add(listed(folder, rest, avoid, during.cancelled), progress(during));
      const manifest = copy.finish(rest?.outer ?? [], progress(during));
      making.delete(id);
      during.cancelled();
      writeManifest(placesOf(storage, id).manifest, manifest);
      return hold(storage, manifest);
    });
  },

  prepare({ storage, id, folder, listing, avoid }, during) {
    mkdirSync(storage, { recursive: true, mode: 0o700 });
    if (hasSpare(storage, folder) || !hasRoom(storage)) return false;
    mark(storage, id);
    return orNothing(storage, id, () => {
      const copy = beginMaking({ storage, id, folder, unsaved: [] }, false);
      const outer = listing.kind === "git" ? listing.outer : [];
      preparing.set(id, { copy, listed: listed(folder, listing, avoid, during.cancelled), outer });
      return true;
    });
  },

  prepareMore({ storage, id }, during) {
    const { copy, listed, outer } = preparing.get(id)!;
    return orNothing(storage, id, () => {
      const step = (_: number, bytes: number): void => {
        during.cancelled();
        if (bytes > largestSpare) throw new Error("the folder is too large for a spare");
      };
      copy.add({ paths: listed.paths.splice(0, preparedAtOnce), left: listed.left.splice(0) }, step);
      if (listed.paths.length > 0) return true;
      // Nobody relies on it yet: the task that takes it writes it out.
      keepSpare(storage, copy.finish(outer, step, false));
      preparing.delete(id);
      return false;
    });
  },

  load({ storage, id }) {
    const manifest = readManifest(storage, id);
    discardHalfMade(storage, Date.now());
    sweepLater(storage);
    return manifest && hold(storage, manifest);
  },

  look({ id, named }, during) {
    const { tree, draft, rules } = heldDraft(id);
    const looked = look(tree, draft, rules, during.cancelled, named);
    // Taken away during the walk, every file of it would count as deleted by the agent.
    heldDraft(id);
    return looked;
  },

  compare({ id, folder, listing, avoid, unsaved }, during) {
    const { user, rules } = heldDraft(id);
    return compareFolder(
      folder,
      user,
      listed(folder, listing, avoid, during.cancelled),
      rules,
      unsaved,
      during.cancelled,
    );
  },

  commit({ id, side }) {
    commit(heldDraft(id)[side]);
    return null;
  },

  bodies({ id, contents }) {
    const { base, bodies } = heldDraft(id);
    const file = openSync(bodies, "r");
    try {
      return contents.map((content) => {
        const row = base.get(content);
        return row ? readAt(file, row.offset, row.length) : null;
      });
    } finally {
      closeSync(file);
    }
  },

  write({ id, files }) {
    const { tree, draft } = heldDraft(id);
    return writeFiles(tree, draft, files);
  },

  repository({ storage, id, ...job }, during) {
    const { tree, bodies } = heldDraft(id);
    const manifest = readManifest(storage, id);
    if (manifest === null) throw unknownMark;
    const { rows, rules, made } = manifest;
    const links = (manifest.links ?? []).filter(({ stands }) => stands);
    const file = openSync(bodies, "r");
    const bytesOf = ({ offset, length }: Row): Bytes => readAt(file, offset, length);
    try {
      // The folder's own rules are in the draft, where the agent may change them; those from around it are nowhere there.
      const inside = rows.find(({ path }) => path === ".gitignore");
      const text = inside && Buffer.from(bytesOf(inside)).toString("utf8");
      const outer = rules.filter((rule) => rule.text !== text);
      const aside = join(storage, "trash");
      return makeRepository({ tree, aside, rows, links, rules: outer, made, bytesOf, ...job, ...during });
    } finally {
      closeSync(file);
    }
  },

  unload({ id }) {
    held.delete(id);
    return null;
  },

  remove({ storage, id }) {
    held.delete(id);
    takeAway(storage, id);
    return null;
  },
};

port.on("message", (asked: Asked) => port.postMessage(...answered(asked)));

function answered({ number, name, ask, cancel }: Asked): [Answered, ArrayBuffer[]] {
  const during: During = {
    number,
    cancelled() {
      if (Atomics.load(cancel, 0) !== 0) throw cancelledMark;
    },
  };
  try {
    during.cancelled();
    const answer = (answers[name] as (ask: unknown, during: During) => unknown)(ask, during);
    return [{ number, kind: "answer", answer }, buffersOf(answer)];
  } catch (problem) {
    if (problem === cancelledMark) return [{ number, kind: "cancelled" }, []];
    if (problem === unknownMark) return [{ number, kind: "unknown draft" }, []];
    return [
      {
        number,
        kind: "failed",
        code: codeOf(problem),
        message: problem instanceof Error ? problem.message : String(problem),
      },
      [],
    ];
  }
}

/** Does a part of making a draft; if it fails, nothing of the draft stays. */
function orNothing<T>(storage: string, id: string, work: () => T): T {
  try {
    return work();
  } catch (problem) {
    takeAway(storage, id);
    throw problem;
  }
}

/** The mark comes first: what is half made can then be taken away, now or by a later window. */
function mark(storage: string, id: string): void {
  for (const name of ["bases", "drafts", "trash"]) mkdirSync(`${storage}/${name}`, { recursive: true, mode: 0o700 });
  const made = new Date().toISOString();
  writeFileSync(placesOf(storage, id).mark, JSON.stringify({ made, id }), { mode: 0o600, flag: "wx" });
}

function takeAway(storage: string, id: string): void {
  for (const half of [making, preparing]) {
    half.get(id)?.copy.close();
    half.delete(id);
  }
  discard(storage, id);
  sweepLater(storage);
}

/** Tells how far a copy is, every few hundred files; throws when it was cancelled. */
function progress(during: During): (files: number, bytes: number) => void {
  let told = 0;
  return (files, bytes) => {
    during.cancelled();
    if (files < told + 250) return;
    told = files;
    port.postMessage({ number: during.number, kind: "progress", files, bytes } satisfies Answered);
  };
}

/** A draft whose folder is gone is no draft: nothing in it was deleted, there is nothing to look at. */
function heldDraft(id: string): Held {
  const draft = held.get(id);
  if (!draft) throw unknownMark;
  const stat = lstat(draft.tree);
  if (stat === null || typeof stat === "string" || !stat.isDirectory()) {
    held.delete(id);
    throw unknownMark;
  }
  return draft;
}

function hold(storage: string, manifest: Manifest): Loaded {
  const { id, rows, made, rules, bytes, left } = manifest;
  const links = manifest.links && new Map(manifest.links.map(({ path, target, stands }) => [path, { target, stands }]));
  const places = placesOf(storage, id);
  held.set(id, {
    tree: places.tree,
    bodies: places.bodies,
    base: new Map(rows.map((row) => [row.content, row])),
    rules: rulesOf(rules),
    draft: sideOf(
      rows.map((row) => ({ ...row, stat: row.draft, executable: isExecutable(row.draft) })),
      made,
      links ?? new Map(),
    ),
    user: sideOf(
      rows.map((row) => ({ ...row, stat: row.source, executable: isExecutable(row.draft) })),
      made,
      // What is only known to a draft stands in the folder.
      links && new Map([...links].map(([path, { target }]) => [path, { target, stands: true }])),
    ),
  });
  return { root: places.tree, files: rows.length, bytes, left };
}

function readAt(file: number, offset: number, length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length;) {
    const got = readSync(file, bytes, filled, length - filled, offset + filled);
    if (got === 0) throw new Error("the base's bodies end too early");
    filled += got;
  }
  return bytes;
}

/** The buffers in an answer that can be handed over instead of copied. */
function buffersOf(answer: unknown): ArrayBuffer[] {
  const items = Array.isArray(answer) ? answer : ((answer as { found?: Found[] } | null)?.found ?? []);
  return items.flatMap((item: Found | Bytes | null) => {
    const bytes = item instanceof Uint8Array ? item : item?.bytes;
    return bytes ? [bytes.buffer] : [];
  });
}

let sweeping: Iterator<void> | null = null;

/** Deletes the trash a little at a time, whenever no question waits. */
function sweepLater(storage: string): void {
  if (sweeping) return;
  sweeping = sweep(storage);
  const slice = (): void => {
    for (let entry = 0; entry < 100; entry++) {
      if (!sweeping?.next().done) continue;
      sweeping = null;
      return;
    }
    setImmediate(slice);
  };
  setImmediate(slice);
}
