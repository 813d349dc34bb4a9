/**
 * Places: which file of a session stands at which path, on the person's side and in the draft.
 *
 * A file keeps its id when its path changes. Its text and each of its attributes are found apart, by path and attribute.
 *
 * Always: after a move, text, mode and name of a file have the same path; a link stays where it stands.
 */
import type { AttributeKind, FileId } from "../protocol/index.ts";
import type { FileState, SessionState } from "./session-state.ts";

/** The key of a text (no attribute), or of an attribute, at a path. */
export function placeKey(path: string, attribute?: AttributeKind | null): string {
  return attribute ? `${path}\0${attribute}` : path;
}

export function fileAt(state: SessionState, path: string, attribute?: AttributeKind): FileState | undefined {
  return state.files.get(state.byPath.get(placeKey(path, attribute)) ?? "");
}

/** The same by its path in the draft. */
export function fileInDraft(state: SessionState, path: string, attribute?: AttributeKind): FileState | undefined {
  return state.files.get(state.byDraft.get(placeKey(path, attribute)) ?? "");
}

/** The files that the draft has, or had last: one for each path and attribute there. */
export function filesInDraft(state: SessionState): FileState[] {
  return [...state.files.values()].filter(
    (file) => file.attribute !== "path" && state.byDraft.get(placeKey(file.draftPath, file.attribute)) === file.id,
  );
}

/** Sets where a file stands on both sides. */
export function place(state: SessionState, file: FileState, path: string, draftPath: string): void {
  forget(state.byPath, placeKey(file.path, file.attribute), file.id);
  forget(state.byDraft, placeKey(file.draftPath, file.attribute), file.id);
  file.path = path;
  file.draftPath = draftPath;
  state.byPath.set(placeKey(path, file.attribute), file.id);
  state.byDraft.set(placeKey(draftPath, file.attribute), file.id);
  state.vacated.delete(path);
}

/**
 * The person's file has another path now: its text and all its attributes follow. A link in its old place is no part of it; nor is a
 * file that came and went there before, which is found there again.
 */
export function moveFile(state: SessionState, from: string, to: string): void {
  const files = [...state.files.values()].filter(({ path, attribute }) => path === from && attribute !== "link");
  const keyOf = ({ attribute }: FileState) => placeKey(from, attribute);
  const left = files.filter((file) => state.byPath.get(keyOf(file)) !== file.id);
  for (const file of files) if (!left.includes(file)) place(state, file, to, file.draftPath);
  for (const file of left) if (!state.byPath.has(keyOf(file))) state.byPath.set(keyOf(file), file.id);
  state.vacated.add(from);
}

/** A file that turned out to be another one under a new name. */
export function removeFile(state: SessionState, id: FileId): void {
  const file = state.files.get(id);
  if (!file) return;
  forget(state.byPath, placeKey(file.path, file.attribute), id);
  forget(state.byDraft, placeKey(file.draftPath, file.attribute), id);
  if (file.attribute === null) state.vacated.add(file.path);
  state.files.delete(id);
}

/** What stands at a place may be another file by now. */
function forget(places: Map<string, FileId>, key: string, id: FileId): void {
  if (places.get(key) === id) places.delete(key);
}
