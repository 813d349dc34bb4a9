/**
 * By hand: a person who brings back the exact text from before an accept, with the editor's own undo, has undone it.
 *
 * Only the last decision of a file that stands counts, only if it wrote this one file, and only if every byte is back:
 * anything less is the person's own edit of accepted lines.
 */
import type { FileId } from "../protocol/index.ts";
import { standing } from "../state/index.ts";
import { readUser } from "./attributes.ts";
import type { Desk } from "./desk.ts";
import type { Answer } from "./supervised.ts";
import { undo } from "./undoing.ts";

export async function undoneByHand(desk: Desk, id: FileId): Promise<Answer> {
  const file = desk.state.files.get(id);
  const last = standing(desk.state).findLast((one) => one.items.some((item) => item.file === id));
  const texts = last?.kind === "accept" && last.texts.length === 1 ? last.texts[0]! : null;
  if (!file || !last || !texts || texts.user.before === texts.user.after) return { kind: "done" };
  const { bytes } = await readUser(desk.parts.files, file);
  const now = bytes === null ? null : await desk.log.bodies.put(bytes);
  if (now !== texts.user.before) return { kind: "done" };
  const answer = await undo(desk, last.seq);
  if (answer.kind === "done") {
    await desk.append({
      kind: "note",
      text: `The text from before the accept is back in ${file.path}: it counts as undone.`,
    });
  }
  return { kind: "done" };
}
