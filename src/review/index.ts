/**
 * The review room: the laws by which a proposal, the person's decisions and the person's own text come together.
 *
 * Pure throughout: no disk, no editor, no clock.
 */
export * from "./text.ts";
export * from "./slices.ts";
export * from "./diff.ts";
export * from "./merge.ts";
export * from "./forms.ts";
export * from "./hunks.ts";
export * from "./decide.ts";
export * from "./edit.ts";
export * from "./look.ts";
export * from "./refold.ts";
export * from "./renames.ts";
export { movedBlocks } from "./linesMoved.ts";
export { closed, rowsOf, type Row } from "./rows.ts";
export { wordsOf } from "./words.ts";
export { effectOfName, protectedHunks, protectedMark } from "./protected.ts";
