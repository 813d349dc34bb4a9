/**
 * What the person's repository is: its top folder, its head, its first commit.
 *
 * Read-only questions through simple-git, under the same environment and settings as our own spawn. What simple-git holds for unsafe
 * and we ask for (hooks and file system monitor switched off) is named here and nowhere else.
 * Always: nothing is written; whatever git says, the answer is a value; only an abort rejects.
 */
import { simpleGit } from "simple-git";
import { gitEnvironment, gitProgram, gitSettings, hardening } from "./git.ts";

export type RepositoryFacts =
  /** There is no git on this machine's PATH. */
  | { kind: "missing" }
  | { kind: "none" }
  /** Git is there and does not want to speak of this folder (another owner, a damaged repository). */
  | { kind: "failed"; why: string }
  | {
      kind: "repository";
      /** Absolute path of the working tree's top folder. */
      top: string;
      /** Id of the commit that is checked out; null where there is no commit yet. */
      head: string | null;
      /** Id of the first commit; null where there is none, or where history is cut off. */
      rootCommit: string | null;
    };

/** Asks git about the repository that holds `folder`. */
export async function repositoryFacts(
  folder: string,
  signal?: AbortSignal,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<RepositoryFacts> {
  signal?.throwIfAborted();
  const program = gitProgram(environment);
  if (program === null) return { kind: "missing" };
  const asked = async (args: string[]): Promise<{ ok: true; text: string } | { ok: false; why: string }> => {
    try {
      const git = simpleGit({
        baseDir: folder,
        binary: program,
        config: [...hardening],
        allowEnvironment: Object.keys(gitSettings),
        // The settings above switch these off; the program's path is our own finding on PATH.
        unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true, allowUnsafeCustomBinary: true },
        timeout: { block: 10_000 },
        ...(signal ? { abort: signal } : {}),
      });
      return { ok: true, text: (await git.env(gitEnvironment(environment)).raw(args)).replace(/\n$/, "") };
    } catch (problem) {
      signal?.throwIfAborted();
      return { ok: false, why: problem instanceof Error ? problem.message.trim() : String(problem) };
    }
  };
  const place = await asked(["rev-parse", "--is-shallow-repository", "--show-toplevel"]);
  if (!place.ok)
    return /not a git repository|must be run in a work tree/.test(place.why)
      ? { kind: "none" }
      : { kind: "failed", why: place.why };
  const cut = place.text.indexOf("\n");
  const shallow = place.text.slice(0, cut) === "true";
  const top = place.text.slice(cut + 1);
  const [head, roots] = await Promise.all([
    asked(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]),
    shallow ? null : asked(["rev-list", "--max-parents=0", "HEAD"]),
  ]);
  return {
    kind: "repository",
    top,
    head: head.ok && head.text !== "" ? head.text : null,
    // Several roots: the last one listed is the oldest.
    rootCommit: roots?.ok ? roots.text.split("\n").at(-1) || null : null,
  };
}
