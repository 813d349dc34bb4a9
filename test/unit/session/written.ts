/** What an accept may have written: asked of the file's text before and after. */
import assert from "node:assert/strict";
import type { HunkView } from "../../../src/protocol/index.ts";
import { addedBy, removedBy, replacedOnce, revisionsIn, surplus, withRows } from "./oracle.ts";
import type { Scene } from "./scene.ts";

/** An accept wrote the rows that were shown, where they were shown, and nothing else. */
export async function exactly(
  stage: Scene,
  path: string,
  already: HunkView[],
  hunks: HunkView[],
  before: string | null,
  after: string | null,
): Promise<void> {
  const eol = stage.dirty(path)?.eol;
  const as = (text: string) => (eol ? text.replace(/\r\n|\r|\n/g, eol) : text);
  const revision = revisionsIn(stage).get(path)!;
  const reviewed = await stage.text(revision.reviewed);
  if ((before ?? "") === as(withRows(reviewed, already))) {
    assert.equal(after ?? "", as(withRows(reviewed, [...already, ...hunks])), `the accepted text of ${path}`);
    if (revision.proposed === null) assert.equal(after, null);
    return;
  }
  const [removed, added] = [hunks.flatMap(removedBy).map(as), hunks.flatMap(addedBy).map(as)];
  if (hunks.length === 1 && after === before) {
    assert.ok(replacedOnce(before ?? "", before ?? "", added, added), "what was not written was there already");
  } else if (hunks.length === 1) {
    assert.ok(
      replacedOnce(before ?? "", after ?? "", removed, added),
      `one run of ${path} is replaced:\n${JSON.stringify({ removed, added, before, after })}`,
    );
  }
  const allowed = surplus(removed.join(""), added.join(""));
  assert.deepEqual(
    surplus(surplus(before, after).join(""), allowed.join("")),
    [],
    "only lines shown as removed are gone",
  );
}
