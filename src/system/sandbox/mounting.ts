/**
 * The last look before a start: whether what is to be mounted in a draft still can be.
 *
 * The draft is the agent's to change, so a mount point may have become a link since it was chosen. bubblewrap would make missing folders
 * on the way to one, and a link on the way could lead it out of the draft while it sets up; hence every part is looked at.
 * Always: a link, or anything else that is no folder where one has to be, refuses the start; a folder that the agent filled itself is
 * left as it is; nothing is made here but empty folders in the draft, below real ones.
 */
import { lstatSync, mkdirSync, readdirSync, realpathSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { SandboxProfile } from "../../protocol/index.ts";

export type Ready = { kind: "ready"; profile: SandboxProfile } | { kind: "refused"; why: string };

/** `alone`: nothing else runs in this draft that could swap a folder between this look and the mount. */
export function ready(profile: SandboxProfile, alone: boolean): Ready {
  const draft = statOf(profile.draft);
  if (!draft?.isDirectory() || realpathSync(profile.draft) !== profile.draft)
    return { kind: "refused", why: "the draft's folder is not there, or is reached through a link" };
  const shared = [];
  for (const folder of profile.shared) {
    if (!alone && folder.path.includes("/")) continue;
    if (!isRealFolder(folder.from)) continue;
    const at = wayIn(profile.draft, folder.path);
    if (at.kind === "blocked") return { kind: "refused", why: at.why };
    // Where the agent removed the folder around it, there is nothing to share it into.
    if (at.kind === "gone") continue;
    if (at.kind === "missing") mkdirSync(join(profile.draft, folder.path), { mode: 0o755 });
    else if (!at.stat.isDirectory()) return { kind: "refused", why: `${folder.path} in the draft is no folder` };
    else if (readdirSync(join(profile.draft, folder.path)).length > 0) continue;
    shared.push({ ...folder, caches: folder.caches.filter((cache) => isRealFolder(join(folder.from, cache))) });
  }
  const masked = [];
  for (const each of profile.masked) {
    const at = wayIn(profile.draft, each.path);
    if (at.kind === "blocked") return { kind: "refused", why: at.why };
    if (at.kind !== "there") continue;
    if (each.kind === "file" ? !at.stat.isFile() : !at.stat.isDirectory())
      return { kind: "refused", why: `${each.path} in the draft is no ${each.kind}` };
    if (!alone && each.path.includes("/"))
      return { kind: "refused", why: `something else runs in the draft, and ${each.path} could not be kept from it` };
    masked.push(each);
  }
  const history = profile.history.filter(({ from }) => isRealFolder(from));
  return { kind: "ready", profile: { ...profile, shared, masked, history } };
}

type Way =
  | { kind: "there"; stat: Stats }
  /** Only the last part is not there; or more than that. */
  | { kind: "missing" }
  | { kind: "gone" }
  | { kind: "blocked"; why: string };

function wayIn(draft: string, path: string): Way {
  const parts = path.split("/");
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join("/");
    const last = index === parts.length - 1;
    const stat = statOf(join(draft, part));
    if (stat === null) return { kind: last ? "missing" : "gone" };
    if (stat.isSymbolicLink()) return { kind: "blocked", why: `${part} in the draft has become a link` };
    if (last) return { kind: "there", stat };
    if (!stat.isDirectory()) return { kind: "gone" };
  }
  return { kind: "gone" };
}

function isRealFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory() && realpathSync(path) === path;
  } catch {
    return false;
  }
}

function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}
