/**
 * By lines: what is decided of a hunk otherwise than whole: some of its lines alone, or lines that the person wrote.
 *
 * A part of the desk. Always: what is posted names lines that were shown; what was written stays until the host says that it is in.
 */
import type { PairView } from "../protocol/view.ts";
import { chosen, drawnTo, linesTaken, stretched, toggled, type Choice } from "./choosing.ts";
import { isEditable, nameOf, textOf, withEdit } from "./edits.ts";
import { faceOf, hunkAt, keyOf, type Place } from "./places.ts";
import * as say from "./sayings.ts";
import { filesInOrder, type PageState } from "./store.ts";
import type { Desk, Post, Ui, Wish } from "./ui.ts";

type Own = "near" | "pairs" | "choose" | "letGo" | "acceptChosen" | "edit" | "writeEdit" | "acceptEdit" | "dropEdit";

export interface ByLines {
  desk: Pick<Desk, Own>;
  /** What a key asks for. */
  pick(command: "choose" | "choose-more" | "choose-less"): void;
  /** The choice, as long as the lines are the ones that were shown. */
  stillChosen(): Choice | null;
  /** The place of writing, as long as the hunk is the one for which it was opened: nothing is accepted that came under it. */
  stillEdited(): Ui["editing"];
  /** The host did not take what was sent: it is written on. */
  returned(): Partial<Ui>;
}

export function byLines(parts: {
  at: () => { state: PageState; ui: Ui };
  change: (part: Partial<Ui>) => void;
  tell: (text: string) => void;
  wish: (to: Wish["to"], scroll: boolean) => Wish;
  speak: (text: string) => Ui["spoken"];
  post: Post;
  now: () => number;
  decide: (verb: "accept", place: Place) => void;
}): ByLines {
  const { at, change, tell, wish, speak, post, now } = parts;
  const files = () => filesInOrder(at().state);
  const readonly = () => at().state.head?.activity === "readonly";
  const isSent = (place: Place) => at().ui.sent.has(keyOf(place));
  const session = () => at().state.head?.session ?? null;

  /** One hunk, decided in another way than whole. */
  function sendOne(place: Place, more: Partial<Ui>) {
    const { sent } = at().ui;
    change({ sent: new Map(sent).set(keyOf(place), now()), place, wish: wish("hunk", false), ...more });
  }

  function pairsAt(place: Place | null): readonly PairView[] | null {
    const here = hunkAt(files(), place);
    if (here === null || here.hunk.state !== "pending") return null;
    const pairs = at().state.closer.get(here.file.id)?.get(here.hunk.id)?.pairs ?? [];
    return pairs.length > 0 ? pairs : null;
  }

  /** The choice of these lines, as far as there is one. */
  function choiceOf(pairs: readonly PairView[]): Choice | null {
    const { choice } = at().ui;
    return choice?.pairs === pairs ? choice : null;
  }

  function pick(command: "choose" | "choose-more" | "choose-less") {
    const { place } = at().ui;
    const pairs = pairsAt(place);
    if (place === null || pairs === null) return tell(say.noLines);
    const choice = choiceOf(pairs);
    if (command === "choose") return choice === null ? own.choose(place, 0, false) : own.letGo();
    const step = command === "choose-more" ? 1 : -1;
    if (choice === null) return own.choose(place, step > 0 ? 0 : pairs.length - 1, false);
    change({ choice: stretched(choice, step) });
    speakChoice();
  }

  function speakChoice() {
    const { choice } = at().ui;
    const { old, new: now } = choice === null ? { old: [], new: [] } : linesTaken(choice);
    const count = old.length + now.length;
    change({ spoken: speak(count === 0 ? say.linesLetGo : say.linesText(count)) });
  }

  function stillChosen(): Choice | null {
    const { choice } = at().ui;
    return choice !== null && pairsAt(choice.place) === choice.pairs ? choice : null;
  }

  const own: Pick<Desk, Own> = {
    near(places) {
      for (const file of files()) {
        const hunks = places.filter((place) => place.file === file.id).map(({ hunk }) => hunk);
        if (hunks.length > 0) post({ kind: "closer", item: { file: file.id, revision: file.revision, hunks } });
      }
    },
    pairs: pairsAt,

    choose(place, pair, draw) {
      const pairs = pairsAt(place);
      if (pairs === null || readonly() || isSent(place)) return;
      const before = choiceOf(pairs);
      const more = before !== null && (draw ? drawnTo(before, pair) : toggled(before, pair));
      change({ choice: before === null ? chosen(place, pairs, pair) : more || null, place });
      speakChoice();
    },
    letGo: () => change({ choice: null, spoken: speak(say.linesLetGo) }),
    acceptChosen() {
      const { choice } = at().ui;
      const here = hunkAt(files(), choice?.place ?? null);
      if (choice === null || here === null) return tell(say.wentOn);
      if (readonly()) return tell(say.onlyRead);
      if (isSent(choice.place)) return;
      sendOne(choice.place, { choice: null });
      const item = { file: here.file.id, revision: here.file.revision, hunks: [here.hunk.id] };
      post({ kind: "rows", item, ...linesTaken(choice) });
    },

    edit(place) {
      if (place === null) return change({ editing: null, wish: wish("hunk", false) });
      const here = hunkAt(files(), place);
      if (readonly()) return tell(say.onlyRead);
      if (here === null || !isEditable(here.file, here.hunk)) return tell(say.notEditable);
      if (!isSent(place)) change({ editing: { ...place, face: faceOf(here.hunk) }, place, why: null, choice: null });
    },
    writeEdit(place, text) {
      const here = hunkAt(files(), place);
      const name = session();
      if (here === null || name === null) return;
      const face = faceOf(here.hunk);
      const edit = { session: name, place, path: here.file.path, text, face, sent: false, tried: false };
      change({ edits: withEdit(at().ui.edits, edit, textOf(here.hunk)) });
    },
    acceptEdit(place) {
      const here = hunkAt(files(), place);
      const { editing } = at().ui;
      if (here === null || editing === null || keyOf(editing) !== keyOf(place)) return tell(say.wentOn);
      const name = nameOf({ session: session() ?? "", place, face: editing.face });
      const edit = at().ui.edits.get(name);
      // The agent's own lines: accepted as they are.
      if (edit === undefined) {
        change({ editing: null });
        return parts.decide("accept", place);
      }
      if (isSent(place)) return;
      const edits = new Map(at().ui.edits).set(name, { ...edit, sent: true, tried: true });
      sendOne(place, { editing: null, edits });
      const item = { file: here.file.id, revision: here.file.revision, hunks: [here.hunk.id] };
      post({ kind: "edit", item, text: edit.text });
    },
    dropEdit(place, face) {
      const edits = new Map(at().ui.edits);
      edits.delete(nameOf({ session: session() ?? "", place, face }));
      change({ edits, editing: null, wish: wish("hunk", false) });
    },
  };

  return {
    desk: own,
    pick,
    stillChosen,
    stillEdited() {
      const { editing } = at().ui;
      const here = hunkAt(files(), editing);
      return here !== null && here.hunk.state === "pending" && faceOf(here.hunk) === editing?.face ? editing : null;
    },
    returned() {
      const { edits } = at().ui;
      const refused = [...edits.values()].find(({ sent }) => sent);
      if (refused === undefined) return {};
      const back = new Map([...edits].map(([name, edit]) => [name, { ...edit, sent: false }]));
      return { edits: back, editing: { ...refused.place, face: refused.face } };
    },
  };
}
