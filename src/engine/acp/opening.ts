/**
 * Opening: a file of the draft while an agent runs in it, and may put a link anywhere at any moment.
 *
 * A path that was judged can lead elsewhere by the time it is opened. So it is opened folder by folder, each from the one before, none of
 * them through a link. Elsewhere than on Linux a folder that is open cannot be gone on from; there is no sandbox there either, so an
 * agent needs no client to reach what it wants.
 * Always: the file that is opened lies in the draft; a link, on the way or at the end, throws ELOOP or ENOTDIR.
 */
import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";

const folder = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** A pipe would wait for somebody at its other end. */
const file = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** `path` from the draft's real root, with `/`. With `make`, folders that are not there are made. Gives the descriptor, or throws. */
export function openBelow(root: string, path: string, flags: number, make: boolean): number {
  if (process.platform !== "linux") {
    if (make) mkdirSync(dirname(join(root, path)), { recursive: true });
    return openSync(join(root, path), flags | file, 0o644);
  }
  const folders = path.split("/");
  const name = folders.pop()!;
  let at = openSync(root, folder);
  try {
    for (const part of folders) {
      const next = openFolder(`/proc/self/fd/${at}/${part}`, make);
      closeSync(at);
      at = next;
    }
    return openSync(`/proc/self/fd/${at}/${name}`, flags | file, 0o644);
  } finally {
    closeSync(at);
  }
}

function openFolder(path: string, make: boolean): number {
  try {
    return openSync(path, folder);
  } catch (problem) {
    if (!make || (problem as NodeJS.ErrnoException).code !== "ENOENT") throw problem;
  }
  mkdirSync(path);
  return openSync(path, folder);
}
