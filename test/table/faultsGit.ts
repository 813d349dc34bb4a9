/** Faults of repositories: every state that a person's repository can be in while a draft is made, looked at and written. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tests, type Row } from "./row.ts";

const states = "unit/draft/states.test.ts";
const make = "unit/draft/make.test.ts";
const git = "unit/system/git.test.ts";
const look = "unit/draft/look.test.ts";
const faults = "unit/session/faults.test.ts";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

export const faultsGit: readonly Row[] = [
  {
    id: "G01",
    name: "no repository, no git, a git that does not answer",
    tests: [
      ...tests(states, '"no repository"', '"a configuration that git cannot read"'),
      ...tests(states, '"an index of a version that nobody knows"'),
      ...tests(make, "works without git and says so"),
      ...tests(git, "says missing, not thrown, where there is no git"),
    ],
  },
  { id: "G02", name: "an empty repository", tests: tests(states, '"an empty repository"') },
  { id: "G03", name: "a detached HEAD", tests: tests(states, '"a detached HEAD"') },
  {
    id: "G04",
    name: "the branch is checked out elsewhere",
    tests: tests(states, '"a branch that is checked out in another worktree as well"'),
  },
  { id: "G05", name: "index.lock is present", tests: tests(states, '"a lock on the index that somebody left"') },
  {
    id: "G06",
    name: "changed and untracked files, a merge that is not finished",
    tests: [
      ...tests(make, "holds dirty, untracked and tracked files of a repository, ignored ones only where tracked"),
      ...tests(states, '"a merge that waits for its conflicts"'),
    ],
  },
  {
    id: "G07",
    name: "the draft is deleted by hand, between turns and during one",
    tests: [
      ...tests(faults, "between two turns is made anew by the next one, with what was proposed"),
      ...tests(faults, "while the agent works ends the turn with that reason"),
      ...tests(look, "has no deleted files when its folder was removed while it was open"),
      ...tests(
        "unit/session/edges.test.ts",
        "after the draft was lost begins with a new one that holds what was proposed",
      ),
    ],
  },
  {
    id: "G08",
    name: "the person prunes, packs, rewrites history, or removes .git",
    tests: tests(states, "whose history is rewritten, pruned or packed while a draft lives takes nothing from it"),
  },
  { id: "G09", name: "a shallow clone", tests: tests(states, '"a shallow clone"') },
  { id: "G10", name: "a sparse checkout", tests: tests(states, '"a sparse checkout"') },
  {
    id: "G11",
    name: "a partial clone, which must not fetch",
    tests: [
      ...tests(states, '"a partial clone whose promised objects nobody has fetched"'),
      ...tests(git, "is given listed variables only"),
    ],
  },
  {
    id: "G12",
    name: "large-file filters",
    tests: tests(states, '"filters of a large-file store, which do not run"'),
  },
  {
    id: "G13",
    name: "submodules",
    tests: [
      ...tests(states, '"a submodule, not initialised and initialised"'),
      ...tests(make, "does not enter an untracked repository or a submodule"),
    ],
  },
  { id: "G14", name: "core.autocrlf", tests: tests(states, '"line ends that git converts"') },
  { id: "G15", name: "worktreeConfig", tests: tests(states, '"settings of its own for one worktree"') },
  {
    id: "G16",
    name: "refs in another format",
    unreachable: "no ref is read by our own code; git is asked, and knows its formats",
    guard: () => {
      // The draft's own repository is written, with one ref; nothing of the person's is read for it.
      const asked = sourcesIn(source).filter(([path]) => path !== "draft/repository.ts");
      const found = asked.filter(([, text]) => /packed-refs|refs\/(heads|tags)|reftable/.test(text));
      return found.length === 0 ? null : `${found.map(([path]) => path).join(", ")} reads refs`;
    },
  },
  { id: "G17", name: "SHA-256 objects", tests: tests(states, '"SHA-256 objects"') },
  { id: "G18", name: "alternates", tests: tests(states, '"objects borrowed from another repository"') },
  {
    id: "G19",
    name: "two sessions at once",
    tests: [
      ...tests(states, "with two drafts at once: each agent has its own, and neither sees the other's work"),
      ...tests("host/files.test.ts", "are written one after the other where two ask for the same one"),
    ],
  },
  {
    id: "G20",
    name: "nothing of the repository is written or run, whatever its state",
    tests: [
      ...tests(states, "is only read, and its files can be worked on"),
      ...tests(make, "are the same before and after, times included, and run nothing of theirs"),
      ...tests("host/promises.test.ts", "promise 3: nothing of the person's repository is written"),
    ],
  },
];

function sourcesIn(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => [path, readFileSync(join(folder, path), "utf8")]);
}
