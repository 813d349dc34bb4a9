/**
 * Commands in a draft: the *command* profile put together from a draft, the folder it is a copy of, and this machine.
 *
 * Always: before the first command the draft has its own repository; every path of a profile is a real one; what cannot be shown is named.
 */
import { mkdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import type { CommandDraft, CommandPlace, CommandProfile, Sandbox } from "../../protocol/index.ts";

/** Makes the draft ready for commands. `home` is the person's. */
export async function enterDraft(
  sandbox: Sandbox,
  draft: CommandDraft,
  tree: string,
  signal?: AbortSignal,
  home: string = homedir(),
): Promise<CommandPlace> {
  const root = realpathSync(draft.root);
  const [theirs, real] = [realpathSync(tree), realOr(home)];
  const { shared, left } = await sandbox.share(theirs, root, signal);
  const repository = await draft.repository?.(
    shared.map(({ path }) => path),
    signal,
  );
  const notes = [...left.map(({ path, why }) => `Commands cannot see ${path}: ${why}.`), ...(repository?.notes ?? [])];
  const profile: Omit<CommandProfile, "masked"> = {
    kind: "command",
    draft: root,
    tree: theirs,
    home: real,
    shared,
    history: repository?.borrowed ?? [],
    tools: sandbox.tools(theirs, real),
  };
  return {
    notes,
    run: (asked, masked, limits, until) =>
      sandbox.run({ argv: ["/bin/sh", "-c", asked.line], folder: asked.folder }, { ...profile, masked }, limits, until),
  };
}

/** A folder of ours as it really is; made where it is not there yet. */
export function realFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return realpathSync(path);
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
