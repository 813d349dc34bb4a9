/**
 * Bytes: everything a folder holds, file by file, so that two moments can be compared.
 */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Every entry below a folder, `.git` and empty folders included: mode, time of its last change, and what it holds. */
export function everythingIn(folder: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const stat = lstatSync(join(folder, path), { bigint: true });
    const mode = stat.mode.toString(8);
    if (stat.isDirectory()) {
      found[`${path}/`] = mode;
      Object.assign(found, everythingIn(folder, path));
    } else {
      const content = stat.isSymbolicLink() ? readlinkSync(join(folder, path)) : readFileSync(join(folder, path));
      found[path] = `${mode} ${stat.mtimeNs} ${createHash("sha256").update(content).digest("hex")}`;
    }
  }
  return found;
}

/** The bytes of every file below a folder; `.git` at its top is left out. */
export function bytesIn(folder: string, below = ""): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (path === ".git") continue;
    if (entry.isDirectory()) for (const [inner, bytes] of bytesIn(folder, path)) found.set(inner, bytes);
    else if (entry.isFile()) found.set(path, readFileSync(join(folder, path)));
  }
  return found;
}

/** Throws at the first file that differs, with its first line that does. */
export function sameBytes(
  actual: ReadonlyMap<string, Buffer>,
  expected: ReadonlyMap<string, Buffer>,
  when: string,
): void {
  for (const path of new Set([...expected.keys(), ...actual.keys()])) {
    const [now, then] = [actual.get(path), expected.get(path)];
    if (now && then && now.equals(then)) continue;
    if (!now || !then) throw new Error(`${when}: ${path} ${now ? "is there, and should not be" : "is missing"}`);
    const [lines, wanted] = [now.toString("latin1").split("\n"), then.toString("latin1").split("\n")];
    const at = lines.findIndex((line, index) => line !== wanted[index]);
    const line = at < 0 ? lines.length : at;
    throw new Error(
      `${when}: ${path}, line ${line + 1}: ${JSON.stringify(lines[line])} instead of ${JSON.stringify(wanted[line])}`,
    );
  }
}
