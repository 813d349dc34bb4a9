/**
 * Edits: what the person has written in the place of a hunk's new lines, until the host has taken it or they let go of it.
 *
 * Pure. A text has one line end after every line, so that no line at all and one empty line are two things.
 * Always: no text is dropped but by the person, or when the host says that it is in; a text belongs to the session in which it was
 * written.
 */
import type { FileView, HunkView } from "../protocol/view.ts";
import { faceOf, keyOf, type Place } from "./places.ts";

export interface Edit {
  session: string;
  place: Place;
  path: string;
  text: string;
  /** The hunk as it was when the writing began: with other lines it is another one, though it may keep its name. */
  face: string;
  /** It is on its way to the host; or was, and nothing was written since. */
  sent: boolean;
  tried: boolean;
}

/** By name. */
export type Edits = ReadonlyMap<string, Edit>;

/** Edits kept over a reload, the newest. */
export const mostEdits = 20;

/** What a text is known by: its session, its hunk, and what that shows. */
export function nameOf({ session, place, face }: Pick<Edit, "session" | "place" | "face">): string {
  return `${session} ${keyOf(place)} ${face}`;
}

/** The hunk's new lines as a text to write in. */
export function textOf(hunk: HunkView): string {
  return hunk.rows
    .filter(({ kind }) => kind === "added")
    .map(({ text }) => `${text}\n`)
    .join("");
}

/** Whether a hunk is one whose lines can be written anew. */
export function isEditable({ change }: FileView, hunk: HunkView): boolean {
  return hunk.state === "pending" && change === "changed" && hunk.rows.length > 0;
}

/** What was written: a text that says what the agent's lines say is none. */
export function withEdit(edits: Edits, edit: Edit, theirs: string): Edits {
  const next = new Map(edits);
  next.delete(nameOf(edit));
  if (edit.text !== theirs) next.set(nameOf(edit), edit);
  return next;
}

/** Without what was sent for this hunk. */
export function settled(edits: Edits, session: string, place: Place): Edits {
  const isIn = (edit: Edit) => edit.tried && edit.session === session && keyOf(edit.place) === keyOf(place);
  return new Map([...edits].filter(([, edit]) => !isIn(edit)));
}

/** The texts of this session whose hunk is not there any more to be edited. */
export function stranded(edits: Edits, session: string | null, files: ReadonlyMap<string, FileView>): Edit[] {
  return [...edits.values()].filter((edit) => {
    if (edit.session !== session || edit.sent) return false;
    const file = files.get(edit.place.file);
    const hunk = file?.hunks.find(({ id }) => id === edit.place.hunk);
    return file === undefined || hunk === undefined || !isEditable(file, hunk) || faceOf(hunk) !== edit.face;
  });
}
