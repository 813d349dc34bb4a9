/** Rooms that are not there yet: a guard of the tables tells the day one of them appears. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The sentence that names the first of these folders that has files; null while none has. */
export function appeared(...folders: string[]): string | null {
  const found = folders.find((folder) => existsSync(join(root, folder)) && readdirSync(join(root, folder)).length > 0);
  return found === undefined ? null : `${found} is there now: this attack needs its tests`;
}
