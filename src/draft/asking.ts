/**
 * Asking git about the person's folder: its listing, the ignore rules from outside it, and what is worth saying about it.
 *
 * Runs on the main thread (a child of a worker dies with the worker). Whatever git cannot answer, our own walk does.
 * Always: nothing is written; only an abort rejects.
 */
import { readFile, realpath } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { git, type GitAnswer } from "../system/git.ts";
import { repositoryFacts } from "../system/repository.ts";
import type { RuleText } from "./ignoring.ts";
import type { Listing } from "./listing.ts";

/** A listing in the order in which it is known. */
export interface ListingParts {
  /** What git tracks; null where git has no word on this folder and a walk has to do. */
  tracked: Extract<Listing, { kind: "git" }> | null;
  /** What is untracked and not ignored, and the rules around the folder; asked when called. Null as above. */
  untracked: () => Promise<Extract<Listing, { kind: "git" }> | null>;
}

/** Git's two lists of the folder, the quick one first, so that a copy can begin while git looks for untracked files. */
export async function listingParts(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<ListingParts> {
  const at = { cwd: folder, environment };
  const index = await git(["ls-files", "-z", "-s"], at, signal);
  if (index.kind !== "done") return { tracked: null, untracked: async () => null };
  async function untracked(): Promise<Extract<Listing, { kind: "git" }> | null> {
    const [others, places, personal] = await Promise.all([
      git(["ls-files", "-z", "-o", "--exclude-standard"], at, signal),
      git(["rev-parse", "--show-prefix", "--git-path", "info/exclude", "--show-toplevel"], at, signal),
      git(["config", "--type=path", "--get", "core.excludesFile"], at, signal),
    ]);
    if (others.kind !== "done") return null;
    return {
      kind: "git",
      index: nothing,
      others: own(others.stdout),
      outer: await outerRules(folder, places, personal, environment),
    };
  }
  const tracked: Extract<Listing, { kind: "git" }> = {
    kind: "git",
    index: own(index.stdout),
    others: nothing,
    outer: [],
  };
  if (index.stdout.length > 0) return { tracked, untracked };
  // A folder that a larger repository ignores as a whole is still what the person opened: git lists nothing, a walk does.
  const rest = await untracked();
  return rest === null || rest.others.length === 0
    ? { tracked: null, untracked: async () => null }
    : { tracked, untracked: async () => rest };
}

/** The whole listing at once. */
export async function listingOf(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Listing> {
  const { tracked, untracked } = await listingParts(folder, environment, signal);
  const rest = tracked && (await untracked());
  return tracked && rest ? { ...rest, index: tracked.index } : { kind: "walk" };
}

const nothing = new Uint8Array(0);

/** What a person should know about the folder before it is copied. */
export async function factsOf(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<{ repository: boolean; rootCommit: string | null; notes: string[] }> {
  const facts = await repositoryFacts(folder, signal, environment);
  const walked = "every file that no ignore file names is copied";
  switch (facts.kind) {
    case "missing":
      return {
        repository: false,
        rootCommit: null,
        notes: [
          `Git was not found on this machine: ${walked}. Install git to have the ignore rules of your repository used.`,
        ],
      };
    case "none":
      return {
        repository: false,
        rootCommit: null,
        notes: [`This folder is not in a git repository: ${walked}. Nothing else is different.`],
      };
    case "failed":
      return {
        repository: false,
        rootCommit: null,
        notes: [
          `Git did not answer about this folder (${facts.why.split("\n")[0]}): ${walked}. Run git status here to see what it says.`,
        ],
      };
    case "repository": {
      const notes: string[] = [];
      if (facts.head === null) notes.push("The repository has no commit yet; its files are copied as they are.");
      const inside = relative(await realpath(facts.top), await realpath(folder));
      if (inside !== "")
        notes.push(
          `This folder is "${inside.split(sep).join("/")}" of a larger repository; only this folder is copied.`,
        );
      return { repository: true, rootCommit: facts.rootCommit, notes };
    }
  }
}

/** Rules from the personal ignore file, the repository's own exclude file, and the folders between its top and ours; weakest first. */
async function outerRules(
  folder: string,
  places: GitAnswer,
  personal: GitAnswer,
  environment: NodeJS.ProcessEnv,
): Promise<RuleText[]> {
  if (places.kind !== "done") return [];
  const [prefix = "", exclude = "", ...top] = textOf(places.stdout).split("\n");
  const home = environment.HOME ?? environment.USERPROFILE ?? "";
  const config = environment.XDG_CONFIG_HOME || join(home, ".config");
  const files = [
    { above: prefix, file: personal.kind === "done" ? textOf(personal.stdout) : join(config, "git", "ignore") },
    { above: prefix, file: resolve(folder, exclude) },
  ];
  const steps = prefix.split("/").filter((step) => step !== "");
  for (let index = 0; index < steps.length; index++) {
    files.push({
      above: `${steps.slice(index).join("/")}/`,
      file: join(top.join("\n"), ...steps.slice(0, index), ".gitignore"),
    });
  }
  const texts = await Promise.all(files.map(({ file }) => readFile(file, "utf8").catch(() => "")));
  return files
    .map(({ above }, index) => ({ folder: "", above, text: texts[index] ?? "" }))
    .filter(({ text }) => text !== "");
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8").replace(/\n$/, "");
}

/** The bytes in a buffer of their own, so that they can be handed to the worker without another copy. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
