/**
 * Words: what the rooms behind the editor say, told in the language of this editor.
 *
 * Where the editor is in English, or no translation of ours is there, nothing is loaded and nothing changes.
 */
import { l10n } from "vscode";
import type { Supervised } from "../session/index.ts";
import { sessionTold, type Telling } from "./telling.ts";

let telling: Telling | null = null;

/** Makes the words ready; to be waited for before anything of another room is shown. */
export async function openWords(): Promise<void> {
  if (telling !== null || l10n.bundle === undefined) return;
  const { retelling, headTold, messageTold } = await import("../protocol/retelling.ts");
  telling = { tell: retelling(l10n.bundle), headTold, messageTold };
}

/** A text of another room in the person's language. */
export function told(text: string): string {
  return telling === null ? text : telling.tell(text);
}

/** A session that speaks the person's language. */
export function speaking(session: Supervised): Supervised {
  return telling === null ? session : sessionTold(session, telling);
}
