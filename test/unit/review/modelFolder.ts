/**
 * The model of a folder in a session: files with their executable bits and paths, each a file of `modelDecisions.ts` by itself, and what
 * joins them: the looks and boundaries of all, decisions on several, and the path that text and bit have in common.
 *
 * It shares no code with review, state and session. A bit or a path is a file that is no text: it is there, or it is another one.
 */
import { equal, type Body } from "./model.ts";
import type { ModelFile } from "./modelFile.ts";
import type { Choice, Folder, FolderView, What } from "./modelFolderFile.ts";
import { copied, hand, modeBody, pathBody, pathIn, pathsIn, renamesIn, saw, type Tree } from "./modelTree.ts";

interface Entry {
  what: What;
  /** The person's path, and the draft's. */
  path: string;
  draftPath: string;
  file: ModelFile;
  decided: boolean;
  /** It never was anything but a proposal. */
  new: boolean;
}

interface Decision {
  /** `executable`: what a file was when it went with this decision, or with its undo; it comes back so. */
  parts: { entry: Entry; number: number; executable: boolean }[];
  undone: boolean;
}

const order: readonly What[] = ["path", "text", "mode"];
function valueIn(tree: Tree, { path, what }: Pick<Entry, "path" | "what">): Body {
  if (what === "mode") return modeBody(tree, path);
  return what === "text" ? (tree.texts.get(path) ?? null) : tree.texts.has(path) ? pathBody(path) : null;
}

export function folderOf(start: Tree, fileOf: (start: Body) => ModelFile): Folder {
  let user = copied(start);
  const [draft, seen, seenUser] = [copied(start), copied(start), copied(start)];
  let entries: Entry[] = [];
  const byPath = new Map<string, Entry>();
  const byDraft = new Map<string, Entry>();
  const decisions: Decision[] = [];

  const key = (path: string, what: What) => `${what} ${path}`;
  const at = (path: string, what: What) => byPath.get(key(path, what));
  const inDraft = (path: string, what: What) => byDraft.get(key(path, what));
  const isHere = (one: Entry) => at(one.path, one.what) === one;

  function lift(one: Entry): void {
    if (isHere(one)) byPath.delete(key(one.path, one.what));
    if (inDraft(one.draftPath, one.what) === one) byDraft.delete(key(one.draftPath, one.what));
  }
  function place(one: Entry, path: string, draftPath: string): void {
    lift(one);
    [one.path, one.draftPath] = [path, draftPath];
    byPath.set(key(path, one.what), one);
    byDraft.set(key(draftPath, one.what), one);
  }
  function remove(one: Entry): void {
    lift(one);
    entries = entries.filter((each) => each !== one);
  }
  function enter(what: What, path: string, draftPath: string, start: Body): Entry {
    const one = { what, path, draftPath, file: fileOf(start), decided: false, new: start === null };
    entries.push(one);
    place(one, path, draftPath);
    return one;
  }

  // ── The agent's side ─────────────────────────────────────────────────────────────────────────────────────────

  const modesThatDiffer = (one: Tree, other: Tree) =>
    [...other.texts.keys()].filter((path) => one.modes.has(path) !== other.modes.has(path));

  /** A file is at the person's path again, and was renamed: what stands at the new one is a file of its own. */
  function renamedBack(path: string): string[] {
    const [one, way, mode] = [at(path, "text"), at(path, "path"), at(path, "mode")];
    const there = inDraft(path, "text");
    // One that came and went, and whose path another file has by now, is forgotten.
    const isKnown = there && (there.file.seen().texts[2] !== null || isHere(there));
    if (!one || !way || isKnown || !draft.texts.has(path) || seen.texts.has(path)) return [];
    const from = one.draftPath;
    const values = { text: draft.texts.get(path)!, path: pathBody(path), mode: modeBody(draft, path) };
    for (const each of [one, way, mode]) {
      each?.file.look(values[each.what], each.draftPath !== path);
      if (each) place(each, path, path);
    }
    if (draft.texts.has(from)) {
      enter("text", from, from, null).file.look(draft.texts.get(from)!);
      if (draft.modes.has(from)) enter("mode", from, from, "\0mode plain").file.look(modeBody(draft, from));
    }
    return [key(path, "text"), key(from, "text"), key(from, "mode"), ...(mode ? [key(path, "mode")] : [])];
  }

  function look(): void {
    const back = new Set(pathsIn(draft).flatMap(renamedBack));
    for (const path of pathsIn(seen, draft)) {
      if (back.has(key(path, "text"))) continue;
      const [before, now] = [seen.texts.get(path) ?? null, draft.texts.get(path) ?? null];
      if (equal(before, now)) continue;
      const one = inDraft(path, "text");
      (one ?? enter("text", path, path, before)).file.look(now);
      if (before === null) inDraft(path, "mode")?.file.look(modeBody(draft, path));
      if (now !== null) continue;
      // Of a file that is gone nothing else is proposed.
      const [mode, way] = [inDraft(path, "mode"), one && at(one.path, "path")];
      mode?.file.look(mode.file.seen().texts[0]);
      way?.file.look(way.file.seen().texts[0] && pathBody(way.path));
    }
    // A new file cannot be executed before, whatever stood there once.
    const isNew = (path: string) =>
      !seen.texts.has(path) && !(inDraft(path, "text") ?? at(path, "text"))?.file.seen().texts[0];
    const could = (path: string) => !isNew(path) && seen.modes.has(path);
    for (const path of draft.texts.keys()) {
      if (back.has(key(path, "mode")) || could(path) === draft.modes.has(path)) continue;
      // It is of the file, under whatever name that is in the draft.
      const own = inDraft(path, "text")?.path ?? path;
      const before = could(path) ? "\0mode executable" : "\0mode plain";
      const one = inDraft(path, "mode") ?? at(own, "mode") ?? enter("mode", own, path, before);
      place(one, one.path, path);
      one.file.look(modeBody(draft, path));
    }
    saw(seen, draft);
  }

  function joinRenamed(): void {
    const free = entries.filter((one) => one.what === "text" && one.file.seen().said + one.file.seen().lost === 0);
    const texts = (one: Entry) => one.file.seen().texts;
    const gone = free.filter((one) => texts(one)[0] !== null && texts(one)[1] === null && texts(one)[2] === null);
    const come = free.filter((one) => one.new && !one.decided && texts(one)[0] === null && texts(one)[1] !== null);
    const found = renamesIn(
      gone.map((one) => [one.draftPath, texts(one)[0]]),
      come.map((one) => [one.draftPath, texts(one)[1]]),
    );
    for (const [from, to] of found) {
      if (user.texts.has(to)) continue;
      const one = gone.find((each) => each.draftPath === from)!;
      const other = come.find((each) => each.draftPath === to)!;
      const newMode = inDraft(to, "mode");
      for (const each of [other, newMode]) if (each) remove(each);
      one.file.look(texts(other)[2], true);
      place(one, one.path, to);
      const now = modeBody(draft, to);
      const own = modeBody(user, one.path);
      for (const [what, before, after] of [
        ["path", pathBody(one.path), pathBody(to)],
        ["mode", own, now],
      ] as const) {
        const known = at(one.path, what);
        if (known) {
          known.file.look(after, known.draftPath !== to);
          place(known, known.path, to);
        } else if (!equal(before, after)) enter(what, one.path, to, before).file.look(after);
      }
    }
  }

  // ── The boundary ─────────────────────────────────────────────────────────────────────────────────────────────

  function boundary(): void {
    look();
    const ways = new Map<string, string>();
    const gone = new Set<string>();
    const here = order.flatMap((what) => entries.filter((one) => one.what === what && isHere(one)));
    const moves: [from: string, to: string][] = [];
    for (const one of here) {
      const [way] = [ways.get(one.path) ?? one.path];
      one.file.type(valueIn(user, one));
      const [was, will] = [one.draftPath, one.what === "path" ? null : way];
      const drops = (proposed: Body) => {
        if (one.what === "mode") return gone.has(one.path) ? "gone" : null;
        const to = one.what === "path" ? pathIn(proposed) : null;
        if (to === null || to === one.path) return null;
        const other = inDraft(to, "text");
        const isOther = other && other.path !== one.path && other.file.seen().texts[2] !== null;
        return isOther || user.texts.has(to) ? "taken" : null;
      };
      const isNext = one.file.boundary({ drops, moved: will !== null && will !== was });
      const proposed = one.file.seen().texts[1];
      if (one.what === "path") ways.set(one.path, pathIn(proposed) ?? one.path);
      if (one.what === "text" && proposed === null) gone.add(one.path);
      if (valueIn(user, one) !== null) one.new = false;
      if (isNext) place(one, one.path, ways.get(one.path) ?? one.path);
      if (one.what === "text" && was !== one.draftPath) moves.push([was, one.draftPath]);
    }
    // The draft gets what is proposed.
    const carried = moves.filter(([from]) => draft.texts.delete(from) && draft.modes.delete(from));
    for (const [, to] of carried) draft.modes.add(to);
    for (const one of here) {
      const { what, path, draftPath, file } = one;
      const proposed = file.seen().texts[1];
      // One that is gone may have left its name to another.
      if (inDraft(draftPath, what) !== one) continue;
      if (what === "text" && proposed === null) draft.modes.delete(draftPath);
      if (what === "text" && proposed === null) draft.texts.delete(draftPath);
      if (what !== "text" || proposed === null) continue;
      // What comes to be has the person's mode, unless another one is proposed.
      if (!draft.texts.has(draftPath))
        draft.modes[modeBody(user, path) === "\0mode executable" ? "add" : "delete"](draftPath);
      draft.texts.set(draftPath, proposed);
    }
    // What is no file of the session's it has as the person has it.
    for (const path of pathsIn(seenUser, user, draft)) {
      const now = user.texts.get(path) ?? null;
      if (at(path, "text") || equal(draft.texts.get(path) ?? null, now) || (!now && inDraft(path, "text"))) continue;
      if (now && !draft.texts.has(path))
        draft.modes[modeBody(user, path) === "\0mode executable" ? "add" : "delete"](path);
      here.push(enter("text", path, path, now));
      if (now) draft.texts.set(path, now);
      else draft.modes.delete(path);
      if (!now) draft.texts.delete(path);
    }
    for (const path of modesThatDiffer(seenUser, user))
      if (!at(path, "mode")) here.push(enter("mode", path, at(path, "text")?.draftPath ?? path, modeBody(user, path)));
    saw(seenUser, user);
    for (const { what, draftPath, file } of here)
      if (what === "mode" && draft.texts.has(draftPath))
        draft.modes[file.seen().texts[1] === "\0mode executable" ? "add" : "delete"](draftPath);
    saw(seen, draft);
  }

  // ── Decisions ────────────────────────────────────────────────────────────────────────────────────────────────

  const shown = () =>
    entries
      .filter((one) => isHere(one) && one.file.seen().waits)
      .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : order.indexOf(a.what) - order.indexOf(b.what)));
  const read = () => entries.forEach((one) => one.file.type(valueIn(user, one)));

  interface Write {
    entry: Entry;
    user: Body;
    executable?: boolean;
  }
  /** Writes what can be written: nothing where a name is taken. What went in, and the tree then. */
  function written(writes: readonly Write[]): { tree: Tree; done: Set<Entry> } {
    const tree = copied(user);
    const done = new Set<Entry>();
    const leaving = new Set(
      writes.flatMap((one) => (one.entry.what === "text" && one.user === null ? [one.entry.path] : [])),
    );
    const taken = ({ entry, user: to }: Write) =>
      entry.what === "path" && pathIn(to) !== null && user.texts.has(pathIn(to)!) && !leaving.has(pathIn(to)!);
    if (writes.some(taken)) return { tree, done };
    const rank = ({ entry, user: to }: Write) => {
      if (entry.what === "path") return 4;
      if (entry.what === "mode") return leaving.has(entry.path) ? 0 : 3;
      return to === null ? 1 : 2;
    };
    for (const { entry, user: to, executable } of [...writes].sort((a, b) => rank(a) - rank(b))) {
      const { what, path } = entry;
      if (what !== "text" && !tree.texts.has(path)) continue;
      if (what === "path" && (pathIn(to) === null || tree.texts.has(pathIn(to)!))) continue;
      done.add(entry);
      if (what === "text" && to === null) tree.modes.delete(path);
      if (what === "text" && !tree.texts.has(path)) hand(tree, { kind: "mode", path, executable: executable === true });
      if (what === "path") hand(tree, { kind: "move", path, to: pathIn(to)! });
      else if (what === "mode") hand(tree, { kind: "mode", path, executable: to === "\0mode executable" });
      else if (to === null) tree.texts.delete(path);
      else tree.texts.set(path, to);
    }
    return { tree, done };
  }

  /** What a file that is given this path would hide, and whether the draft still has that. */
  function otherAt({ entry, user: to }: Write): Entry | undefined {
    const path = entry.what === "path" ? pathIn(to) : null;
    return path === null || path === entry.path ? undefined : at(path, "text");
  }
  const draftHas = (one: Write) => (otherAt(one)?.file.seen().texts[2] ?? null) !== null;

  /** Files that were given another path take their text and their bit along. */
  function follow(writes: readonly Write[], done: ReadonlySet<Entry>): void {
    for (const { entry, user: to } of writes) {
      const [from, path] = [entry.path, entry.what === "path" ? pathIn(to) : null];
      if (path === null || path === from || !done.has(entry)) continue;
      const all = entries.filter((each) => each.path === from);
      const left = all.filter((each) => !isHere(each));
      for (const one of all) if (!left.includes(one)) place(one, path, one.draftPath);
      // One that came and went there is found there again.
      for (const one of left) if (!at(from, one.what)) byPath.set(key(from, one.what), one);
    }
  }

  /** `before`: the tree in which it was decided. */
  function decided(parts: readonly Entry[], before: Tree = user): void {
    const part = (entry: Entry) => ({
      entry,
      number: entry.file.decisions().at(-1)!,
      executable: before.modes.has(entry.path) && !user.texts.has(entry.path),
    });
    if (parts.length > 0) decisions.push({ parts: parts.map(part), undone: false });
  }

  function accept(chosen: readonly { entry: Entry; hunks: number[] }[]): string {
    const bulk = chosen.flatMap(({ hunks }) => hunks).length > 1;
    const plans = chosen.map(({ entry, hunks }) => {
      const plan = entry.file.accepting(hunks, bulk);
      return { entry, ...plan, all: plan.hunks.length === hunks.length };
    });
    const some = plans.filter((plan) => plan.hunks.length > 0 && !draftHas(plan));
    if (some.length === 0) return "refused";
    for (const { entry } of some) entry.decided = true;
    const { tree, done } = written(some);
    const before = user;
    user = tree;
    const went = some.filter(({ entry }) => done.has(entry));
    for (const plan of went) plan.commit();
    decided(
      went.map(({ entry }) => entry),
      before,
    );
    follow(some, done);
    return plans.every((plan) => done.has(plan.entry) && plan.all) ? "done" : "refused";
  }

  function takeBack(one: Decision, doing: boolean): string {
    // What turned out to be another file under a new name is no more.
    const parts = one.parts.filter(({ entry }) => entries.includes(entry));
    if (!parts.every(({ entry }) => isHere(entry))) return "refused";
    const plans = parts.map((part) => ({ ...part, ...part.entry.file.takingBack(part.number, doing) }));
    if (plans.some(({ answer }) => answer !== "done" && answer !== "still")) return "refused";
    if (plans.every(({ answer }) => answer === "still")) return "refused";
    const writes = plans.filter(({ entry, user: to }) => !equal(valueIn(user, entry), to));
    const { tree, done } = written(writes);
    if (done.size < writes.length || writes.some((one) => otherAt(one)?.file.seen().open || draftHas(one)))
      return "refused";
    const gone = writes.filter(({ entry, user: to }) => entry.what === "text" && to === null);
    for (const part of one.parts)
      if (gone.some(({ entry }) => entry === part.entry)) part.executable = user.modes.has(part.entry.path);
    user = tree;
    for (const plan of plans) plan.commit();
    follow(writes, done);
    one.undone = !doing;
    return "done";
  }

  function decide(choice: Choice): string {
    read();
    if (choice.kind === "undo" || choice.kind === "redo")
      return takeBack(decisions[choice.decision]!, choice.kind === "redo");
    const all = shown();
    const chosen = choice.items.map(({ file, hunks }) => ({ entry: all[file]!, hunks }));
    if (choice.kind === "accept") return accept(chosen);
    if (choice.kind === "reject") {
      for (const { entry, hunks } of chosen) entry.file.reject(hunks);
      for (const { entry } of chosen) entry.decided = true;
      decided(chosen.map(({ entry }) => entry));
      return "done";
    }
    const { entry, hunks } = chosen[0]!;
    const [hunk] = hunks as [number];
    const { file } = entry;
    const went = choice.kind === "edit" ? file.edit(hunk, choice.words) : file.rows(hunk, choice.chosen);
    if (went.length === 0) return "refused";
    entry.decided = true;
    user.texts.set(entry.path, file.view().texts[3]);
    decided([entry]);
    return "done";
  }

  return {
    async turn(calls) {
      boundary();
      for (const call of calls) {
        const does = await call();
        if (does) hand(draft, does);
        if (does?.kind === "remove") draft.modes.delete(does.path);
        look();
      }
      look();
      joinRenamed();
    },
    person: async (does) => hand(user, does),
    decide: async (choice) => decide(choice),
    reload: async () => (read(), entries.forEach((one) => one.file.reload())),
    async view(): Promise<FolderView> {
      read();
      const tree = ({ texts }: Tree) => [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        files: shown().map((one) => {
          const { texts, hunks } = one.file.view(one.file.seen().open);
          return {
            what: one.what,
            path: one.path,
            draftPath: one.what === "path" ? "" : one.draftPath,
            texts,
            hunks: hunks.map(({ from, before, after, state, half }) => ({ from, before, after, state, half })),
          };
        }),
        user: tree(user),
        executable: [...user.texts.keys()].filter((path) => user.modes.has(path)).sort(),
        draft: tree(draft),
        decisions: decisions.map(({ undone }) => (undone ? "undone" : "stands")),
      };
    },
  };
}
