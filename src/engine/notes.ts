/**
 * Notes: what a project tells agents about itself, AGENTS.md and CLAUDE.md of its root, given to the model once, as data.
 *
 * Reads the draft. Always: only plain files, no link; the text stands between marks that do not occur in it, and is called what it is.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";

const names = ["AGENTS.md", "CLAUDE.md"];
/** Bytes of one file that are given. */
const most = 48_000;

export interface ProjectNote {
  name: string;
  text: string;
  /** Bytes left out. */
  cut: number;
}

/** Those that there are; two with the same text count once. */
export async function projectNotes(root: string): Promise<ProjectNote[]> {
  const found: ProjectNote[] = [];
  for (const name of names) {
    const bytes = await contentOf(join(root, name));
    if (bytes === null || bytes.length === 0 || bytes.includes(0)) continue;
    const text = new TextDecoder().decode(bytes.subarray(0, most)).replace(/\ufffd{1,3}$/u, "");
    if (found.some((one) => one.text === text)) continue;
    found.push({ name, text, cut: Math.max(0, bytes.length - most) });
  }
  return found;
}

async function contentOf(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      return stat.isFile() && stat.size <= 16 * 1024 * 1024 ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
