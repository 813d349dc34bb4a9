/**
 * Topping up: a copy that was made earlier becomes what a new one would be.
 *
 * For each path of the folder it says whether the earlier copy still holds it; where it does not, its place in the tree is cleared, to be
 * copied anew. What the folder has no more is removed at the end.
 * Always: a file counts as held only if its stat is the one it was copied with, and was not young then; what stands in the way of
 * that is thrown, and a whole copy is made instead.
 */
import { rmdirSync, unlinkSync } from "node:fs";
import { parentOf } from "./ignoring.ts";
import type { LinkRow, Manifest, Row } from "./manifest.ts";
import { withFolders } from "./names.ts";
import { lstat, readLink } from "./reading.ts";
import { isUntouched } from "./sides.ts";

export type Held = { kind: "file"; row: Row; rule: string | null } | { kind: "link"; link: LinkRow };

export interface Topping {
  /** What of the path the copy holds; null where it has to be copied. Asked once for each path. `anew`: in any case. */
  held(path: string, anew: boolean): Held | null;
  /** Removes from the tree what nobody has asked for, and folders that are empty by now. */
  removeOthers(): void;
  /** Folders that stand in the tree. */
  folders: Set<string>;
}

export function topping(manifest: Manifest, folder: string, tree: string): Topping {
  const rows = new Map(manifest.rows.map((row) => [row.path, row]));
  const links = new Map((manifest.links ?? []).map((link) => [link.path, link]));
  const cleared = new Set<string>();
  const folders = withFolders(withFolders(new Set([""]), rows.keys()), links.keys());

  function clear(path: string): void {
    unlinkSync(`${tree}/${path}`);
    cleared.add(parentOf(path));
  }

  function isStill({ path, content, source }: Row): boolean {
    const stat = lstat(`${folder}/${path}`);
    const known = { content, executable: false, stat: source, checked: manifest.made };
    return typeof stat !== "string" && isUntouched(known, stat);
  }

  /** The ignore rules that a file of them held. */
  function ruleIn(path: string): string | null {
    if (path !== ".gitignore" && !path.endsWith("/.gitignore")) return null;
    const own = manifest.rules.findLast(({ folder: of, above }) => of === parentOf(path) && above === "");
    if (own === undefined) throw new Error("the earlier copy has an ignore file without its rules");
    return own.text;
  }

  return {
    folders,
    held(path, anew) {
      const row = rows.get(path);
      const link = links.get(path);
      rows.delete(path);
      links.delete(path);
      if (row) {
        if (!anew && isStill(row)) return { kind: "file", row, rule: ruleIn(path) };
        clear(path);
      } else if (link?.stands) {
        const now = readLink(`${folder}/${path}`);
        if (!anew && now.kind === "link" && now.target === link.target) return { kind: "link", link };
        clear(path);
      }
      return null;
    },
    removeOthers() {
      const standing = [...links.values()].filter(({ stands }) => stands);
      for (const { path } of [...rows.values(), ...standing]) clear(path);
      for (const folder of cleared) for (let at = folder; at !== "" && isEmptied(`${tree}/${at}`); at = parentOf(at));
    },
  };
}

/** Removes a folder if nothing is left in it. */
function isEmptied(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
