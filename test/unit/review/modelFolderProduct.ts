/** A folder in a session: the session itself, on files, a draft and a log in memory. What it shows is read off its log and its page. */
import type { HunkPlace, SessionEvent } from "../../../src/protocol/index.ts";
import { editOf, linesOf, proposedNow, reviewedNow, type Sides, type Text } from "../../../src/review/index.ts";
import { emptyState, fold, placeKey, stands, type FileState, type SessionState } from "../../../src/state/index.ts";
import { scene, type DraftHand, type Scene } from "../session/scene.ts";
import type { Body } from "./model.ts";
import type { Choice, Folder, FolderView, Handed, What } from "./modelFolderFile.ts";

const order: readonly What[] = ["path", "text", "mode"];
const bodyOf = (text: Text): Body => (text.kind === "none" ? null : text.kind === "opaque" ? text.id : text.lines);
const bodyFrom = (text: string): Body => (text.startsWith("\0") ? text : linesOf(text));
const textOf = (body: Body): Text =>
  body === null
    ? { kind: "none" }
    : typeof body === "string"
      ? { kind: "opaque", id: body }
      : { kind: "lines", lines: body };
const linesIn = (text: Text) => (text.kind === "lines" ? text.lines : []);
const sorted = (tree: ReadonlyMap<string, string>) =>
  [...tree].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]): [string, Body] => [path, linesOf(text)]);

export async function productFolder(texts: Record<string, string>): Promise<Folder & { close(): Promise<void> }> {
  const stage = await scene(texts);
  // The draft is made before the first turn.
  await stage.turn([]);
  // The person's files are read when they are asked for, and not some time after typing.
  const quiet = () => void (stage.session.userChanged = () => {});
  quiet();
  let state: SessionState = emptyState();
  let folded = 0;
  const bodies = new Map<string, Body>();

  function now(): SessionState {
    const events = stage.events();
    for (const event of events.slice(folded)) state = fold(state, JSON.parse(JSON.stringify(event)) as SessionEvent);
    folded = events.length;
    return state;
  }

  async function body(content: string | null): Promise<Body> {
    if (content === null) return null;
    if (!bodies.has(content)) bodies.set(content, bodyFrom((await stage.text(content))!));
    return bodies.get(content)!;
  }

  const whatOf = ({ attribute }: FileState): What => (attribute as "mode" | "path" | null) ?? "text";
  const shown = () =>
    [...now().files.values()]
      .filter(({ id, path, attribute, revision: { hunks, proposed, draft } }) => {
        const isHere = now().byPath.get(placeKey(path, attribute)) === id;
        return isHere && (hunks.length > 0 || proposed !== draft);
      })
      .sort((a, b) =>
        a.path < b.path ? -1 : a.path > b.path ? 1 : order.indexOf(whatOf(a)) - order.indexOf(whatOf(b)),
      );

  function userOf(one: FileState): Body {
    const text = stage.user.get(one.path);
    if (one.attribute === "mode")
      return text !== undefined && stage.executable(one.path) ? "\0mode executable" : "\0mode plain";
    return text === undefined ? null : one.attribute === "path" ? `\0path ${one.path}` : linesOf(text);
  }

  async function decide(choice: Choice): Promise<string> {
    if (choice.kind === "undo" || choice.kind === "redo") {
      const { seq } = made()[choice.decision]!;
      return (await stage.session[choice.kind](seq)).kind;
    }
    const files = shown();
    const items = choice.items.map(({ file, hunks }) => {
      const { id, revision } = files[file]!;
      return { file: id, revision: revision.number, hunks: hunks.map((hunk) => revision.hunks[hunk]!.id) };
    });
    if (choice.kind === "accept" || choice.kind === "reject") return (await stage.session[choice.kind](items)).kind;
    const { file, hunks } = choice.items[0];
    const place = files[file]!.revision.hunks[hunks[0]]!;
    if (choice.kind === "edit") return (await stage.session.edit(items[0]!, choice.words)).kind;
    const lines = (chosen: readonly number[], from: number) => chosen.map((at) => from + at + 1);
    const chosen = { old: lines(choice.chosen.old, place.from), new: lines(choice.chosen.new, place.newFrom) };
    return (await stage.session.acceptRows(items[0]!, chosen)).kind;
  }

  /** The person's side of each file that waits is brought up to date: lines that are none of a hunk are never taken. */
  async function reread(): Promise<void> {
    for (const { id, revision, verdicts } of shown()) {
      const hunk = revision.hunks.find((one) => !verdicts.has(one.id));
      const item = { file: id, revision: revision.number, hunks: [hunk?.id ?? ""] };
      if (hunk) await stage.session.acceptRows(item, { old: [], new: [] });
    }
  }

  /** Decisions of which something came about. */
  const made = () =>
    [...now().decisions.values()].filter((one) => one.kind !== "undo" && (one.undoneBy > 0 || stands(one)));

  return {
    async turn(calls) {
      await stage.turn(
        calls.map((call) => async (hand: DraftHand) => {
          const does = await call();
          if (does?.kind === "write" && !stage.draft().has(does.path)) hand.chmod(does.path, false);
          if (does) inDraft(hand, does);
        }),
      );
      const { notice } = stage.session.head();
      if (notice !== null) throw new Error(`the turn did not end well: ${JSON.stringify(notice)}`);
    },
    person: async (does) => byHand(stage, does),
    decide,
    reload: () => stage.reload().then(quiet),
    async view(): Promise<FolderView> {
      await reread();
      const views = new Map((await stage.view()).files.map((view) => [view.id, view]));
      const files = shown().map(async (one): Promise<FolderView["files"][number]> => {
        const { reviewed, proposed, draft, hunks } = one.revision;
        const sides: Sides = { reviewed: textOf(await body(reviewed)), proposed: textOf(await body(proposed)), hunks };
        const verdicts = new Map([...one.verdicts].map(([id, { verdict }]) => [id, verdict]));
        const seen = new Map(views.get(one.id)?.hunks.map((hunk) => [hunk.id, hunk]));
        const hunkOf = (hunk: HunkPlace) => ({
          from: hunk.from,
          before: linesIn(sides.reviewed).slice(hunk.from, hunk.to),
          after: editOf(hunk, sides.proposed).lines,
          state:
            verdicts.get(hunk.id) ?? (seen.get(hunk.id)?.state === "stale" ? ("stale" as const) : ("pending" as const)),
          half: seen.get(hunk.id)?.marks.some((mark) => mark.includes("the other half is not in")) ?? false,
        });
        return {
          what: whatOf(one),
          path: one.path,
          draftPath: one.attribute === "path" ? "" : one.draftPath,
          texts: [
            bodyOf(reviewedNow(sides, verdicts)),
            bodyOf(proposedNow(sides, verdicts)),
            await body(draft),
            userOf(one),
          ],
          hunks: hunks.map(hunkOf),
        };
      });
      return {
        files: await Promise.all(files),
        user: sorted(stage.user),
        executable: [...stage.user.keys()].filter((path) => stage.executable(path)).sort(),
        draft: sorted(stage.draft()),
        decisions: made().map(({ undoneBy }) => (undoneBy > 0 ? "undone" : "stands")),
      };
    },
    close: () => stage.session.close(),
  };
}

function inDraft(draft: DraftHand, does: Handed): void {
  if (does.kind === "write") draft.write(does.path, does.lines.join(""));
  else if (does.kind === "remove") draft.remove(does.path);
  else if (does.kind === "move") draft.move(does.path, does.to);
  else draft.chmod(does.path, does.executable);
}

function byHand(stage: Scene, does: Handed): void {
  if (does.kind === "write" && !stage.user.has(does.path)) stage.chmod(does.path, false);
  if (does.kind === "write") stage.type(does.path, does.lines.join(""));
  else if (does.kind === "remove") stage.type(does.path, null);
  else if (does.kind === "move") stage.rename(does.path, does.to);
  else stage.chmod(does.path, does.executable);
}
