/**
 * What waits: told in the status bar and on the view after a window has started, before anybody opened the review.
 *
 * Comes after the start, once, and only where the folder is trusted; it reads the memory and nothing of the folder. It tells the
 * session that *Open Review* would open. Always: a session of this window is told by its own head, and ends this.
 */
import { workspace } from "vscode";
import type { Disposable } from "vscode";
import type { Recap } from "../state/index.ts";
import type { Shown } from "./commands.ts";
import type { Current } from "./current.ts";
import type { Recaps } from "./recaps.ts";

/** Milliseconds that the start of a window has for itself. */
const rest = 1_000;

export function tellWaiting(parts: {
  current: Current;
  recaps: Recaps;
  shown: () => Shown | undefined;
  /** Told once what there is; null takes it back. */
  tell: (recap: Recap | null) => void;
}): Disposable {
  const { current, recaps, shown, tell } = parts;
  let told = false;
  let over = false;

  async function look(): Promise<void> {
    if (over || !workspace.isTrusted || current.session() !== null) return;
    const [folders, last] = [workspace.workspaceFolders ?? [], shown()];
    const first = folders.find(({ uri }) => uri.toString() === last?.folder);
    for (const folder of first ? [first] : folders) {
      const recap = await recaps.latest(folder, last?.session);
      if (recap === null) continue;
      if (over || current.session() !== null) return;
      told = true;
      return tell(recap);
    }
  }

  // What cannot be read is said in the log where it was read; here it only means that nothing is told.
  const soon = (): void => void look().catch(() => {});
  const timer = setTimeout(soon, rest);
  const listening = [
    workspace.onDidGrantWorkspaceTrust(soon),
    current.onDidSwitch(() => {
      if (current.session() === null) return;
      over = true;
      if (told) tell(null);
      told = false;
    }),
  ];
  return {
    dispose: () => {
      over = true;
      clearTimeout(timer);
      for (const listener of listening) listener.dispose();
    },
  };
}
