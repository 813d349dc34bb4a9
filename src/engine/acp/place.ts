/**
 * Paths as an agent names them, and as a person reads them: the draft's own folder is left out.
 *
 * Pure but for the guard, which looks at the draft at the moment it is asked.
 */
import { guard } from "../guard.ts";

/** A path inside the draft, relative and with `/`; or why it is none. */
export type Placed = { kind: "inside"; path: string } | { kind: "outside"; why: string };

/** Judges a path that an agent named; a relative one counts from the draft's root. */
export function placed(root: string, given: string): Placed {
  const verdict = guard(root, given);
  return verdict.kind === "ok" ? { kind: "inside", path: verdict.path } : { kind: "outside", why: verdict.why };
}

/** A text for people, with paths as they are in the project. */
export function withoutRoot(text: string, root: string): string {
  // Some write an absolute path without its first slash.
  return text
    .replaceAll(`${root}/`, "")
    .replaceAll(`${root.slice(1)}/`, "")
    .replaceAll(root, ".");
}
