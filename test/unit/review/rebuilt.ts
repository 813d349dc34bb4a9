/** The new text, put together from the old one and the changes alone: an independent check of any diff. */
import type { Change } from "../../../src/review/diff.ts";

export function rebuilt(before: readonly string[], after: readonly string[], changes: readonly Change[]): string[] {
  const result: string[] = [];
  let position = 0;
  for (const change of changes) {
    for (let line = position; line < change.from; line++) result.push(before[line]!);
    for (let line = change.newFrom; line < change.newTo; line++) result.push(after[line]!);
    position = change.to;
  }
  for (let line = position; line < before.length; line++) result.push(before[line]!);
  return result;
}
