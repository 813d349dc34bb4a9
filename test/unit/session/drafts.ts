/**
 * A draft held in memory: the agent's copy, its base, and what was seen of both sides, with the modes of files and links beside them.
 *
 * `lose` takes its folder away; it is made anew from what the person has then.
 */
import {
  attributeBody,
  attributeOf,
  type Bodies,
  type Content,
  type Draft,
  type DraftFile,
  type Drafts,
  type DraftWrite,
  type TreeChange,
} from "../../../src/protocol/index.ts";

export type Tree = Map<string, Uint8Array>;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The agent's hands in the draft. */
export interface DraftHand {
  write(path: string, text: string): void;
  put(path: string, bytes: Uint8Array): void;
  replace(path: string, from: string, to: string): void;
  remove(path: string): void;
  read(path: string): string;
  /** Gives the file another path; its mode goes along. */
  move(from: string, to: string): void;
  chmod(path: string, executable: boolean): void;
  /** Null: no link. */
  link(path: string, target: string | null): void;
}

/** Links by path. */
export type Links = Map<string, string>;

/** The drafts of a folder that holds `user`, of which `userModes` may be executed, and these links. */
export function draftsOf(user: Tree, userModes: ReadonlySet<string>, userLinks: Links, store: Bodies) {
  let lost = false;
  const prepared: string[] = [];
  let [draftLinks, baseLinks]: [Links, Links] = [new Map(), new Map()];
  let [draftModes, baseModes] = [new Set<string>(), new Set<string>()];
  let draftTree: Tree = new Map();
  let base: Tree = new Map();
  const drafts: Drafts = {
    survey: async () => ({ files: user.size, bytes: 0, repository: false, notes: [] }),
    firstCommit: async () => undefined,
    async make(_folder, _bodies, unsaved) {
      draftTree = new Map([...user, ...unsaved.map((one) => [one.path, one.bytes] as const)]);
      base = new Map(draftTree);
      baseModes = new Set(userModes);
      draftModes = new Set(userModes);
      [draftLinks, baseLinks] = [new Map(userLinks), new Map(userLinks)];
      lost = false;
      return openAtBase();
    },
    prepare: async (folder) => void prepared.push(folder),
    open: async () => (lost ? null : openAtBase()),
    remove: async () => {},
  };
  const openAtBase = () =>
    openDraft(new Map(base), new Map(base), new Set(baseModes), new Set(baseModes), new Map(baseLinks));
  const linkIn = async (from: Links, path: string): Promise<Content> => {
    const target = from.get(path);
    return target === undefined ? null : store.put(attributeBody({ kind: "link", target }));
  };
  const linksChanged = async (before: Links, now: Links): Promise<TreeChange[]> => {
    const paths = [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
    const changes = paths.map(async (path) => ({
      path,
      attribute: "link" as const,
      before: await linkIn(before, path),
      now: await linkIn(now, path),
    }));
    return Promise.all(changes);
  };
  const contentIn = async (from: Tree, path: string): Promise<Content> => {
    const bytes = from.get(path);
    return bytes ? store.put(bytes) : null;
  };
  const modeBody = (executable: boolean) => store.put(attributeBody({ kind: "mode", executable }));
  /** Modes of files that are there; one that is gone keeps what it had. */
  const modesChanged = async (before: Set<string>, now: ReadonlySet<string>, there: Tree) => {
    const paths = [...there.keys()].filter((path) => before.has(path) !== now.has(path));
    for (const path of paths) if (!before.delete(path)) before.add(path);
    return Promise.all(
      paths.map(async (path) => ({
        path,
        attribute: "mode" as const,
        before: await modeBody(!now.has(path)),
        now: await modeBody(now.has(path)),
      })),
    );
  };
  const openDraft = (
    seen: Tree,
    seenUser: Tree,
    modes: Set<string>,
    seenModes: Set<string>,
    links: Links,
    seenLinks: Links = new Map(links),
  ): Draft => ({
    id: "d1",
    root: "/draft",
    files: user.size,
    bytes: 0,
    left: [],
    alive: async () => !lost,
    async look(named) {
      if (lost) throw new Error("The agent's draft is no longer there.");
      if (named) {
        const now = new Map(seen);
        for (const path of named) now.delete(path);
        for (const path of named) if (draftTree.has(path)) now.set(path, draftTree.get(path)!);
        const changes = await difference(seen, now);
        seen = now;
        return { changes, unshown: [] };
      }
      const changes: TreeChange[] = await difference(seen, draftTree);
      changes.push(...(await modesChanged(modes, draftModes, draftTree)));
      seen = new Map(draftTree);
      changes.push(...(await linksChanged(links, draftLinks)));
      links = new Map(draftLinks);
      return { changes, unshown: [] };
    },
    async userChanges(unsaved) {
      const now: Tree = new Map([...user, ...unsaved.map((one) => [one.path, one.bytes] as const)]);
      const changes: TreeChange[] = await difference(seenUser, now);
      changes.push(...(await modesChanged(seenModes, userModes, now)));
      seenUser = now;
      changes.push(...(await linksChanged(seenLinks, userLinks)));
      seenLinks = new Map(userLinks);
      return changes;
    },
    async write(files) {
      const write = async ({ path, attribute, from, before, after }: DraftFile): Promise<DraftWrite> => {
        if (attribute === "mode") {
          const now = await modeBody(draftTree.has(path) && draftModes.has(path));
          if (now !== before || !draftTree.has(path)) return { kind: "moved", path, now };
          const executable = after === (await modeBody(true));
          for (const one of [draftModes, modes]) one[executable ? "add" : "delete"](path);
          return { kind: "written", path };
        }
        if (attribute === "link") {
          const now = await linkIn(draftLinks, path);
          if (now !== before) return { kind: "moved", path, now };
          const value = after === null ? null : attributeOf(await store.get(after));
          for (const one of [draftLinks, links] as const) {
            if (value?.kind === "link") one.set(path, value.target);
            else one.delete(path);
          }
          return { kind: "written", path };
        }
        if (from !== undefined && (await contentIn(draftTree, from)) === before && !draftTree.has(path)) {
          hand.move(from, path);
          seen = new Map(seen);
          seen.delete(from);
          if (modes.delete(from)) modes.add(path);
        }
        const now = await contentIn(draftTree, path);
        if (now !== before) return { kind: "moved", path, now };
        // A file that is made anew cannot be executed.
        if (now === null) for (const one of [draftModes, modes]) one.delete(path);
        if (after === null) draftModes.delete(path);
        if (after === null) draftTree.delete(path);
        else draftTree.set(path, await store.get(after));
        seen = new Map(seen);
        if (after === null) seen.delete(path);
        else seen.set(path, await store.get(after));
        return { kind: "written", path };
      };
      const wrote: DraftWrite[] = [];
      for (const file of files) wrote.push(await write(file));
      return wrote;
    },
    close: async () => {},
  });
  const difference = async (before: Tree, now: Tree) => {
    const paths = [...new Set([...before.keys(), ...now.keys()])];
    const all = await Promise.all(
      paths.map(async (path) => ({ path, before: await contentIn(before, path), now: await contentIn(now, path) })),
    );
    return all.filter((one) => one.before !== one.now);
  };

  const hand: DraftHand = {
    write: (path, text) => void draftTree.set(path, encoder.encode(text)),
    put: (path, bytes) => void draftTree.set(path, bytes),
    read: (path) => decoder.decode(draftTree.get(path)),
    remove: (path) => void (draftTree.delete(path), draftModes.delete(path)),
    move(from, to) {
      draftTree.set(to, draftTree.get(from)!);
      draftTree.delete(from);
      draftModes.delete(to);
      if (draftModes.delete(from)) draftModes.add(to);
    },
    link: (path, target) => void (target === null ? draftLinks.delete(path) : draftLinks.set(path, target)),
    chmod: (path, executable) => void (executable ? draftModes.add(path) : draftModes.delete(path)),
    replace(path, from, to) {
      const text = hand.read(path);
      if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is not in ${path} once: ${text}`);
      hand.write(
        path,
        text.replace(from, () => to),
      );
    },
  };
  return { drafts, hand, prepared, tree: () => draftTree, links: () => draftLinks, lose: () => void (lost = true) };
}
