/** Attacks through git, and through what a child process is given. */
import { tests, type Row } from "./row.ts";

const model = "unit/hostile/model.test.ts";
const sources = "unit/hostile/sources.test.ts";
const git = "unit/system/git.test.ts";

export const attacksGit: readonly Row[] = [
  {
    id: "A26",
    name: "submodules",
    tests: [
      ...tests(model, "writes nothing into a submodule or a repository inside, and neither is entered"),
      ...tests("unit/draft/make.test.ts", "does not enter an untracked repository or a submodule"),
      ...tests(sources, "ask git for no worktree, checkout, submodule, fetch, or anything else that writes or runs"),
    ],
  },
  {
    id: "A27",
    name: "the wrapper around git",
    tests: [
      ...tests(sources, "let git's wrapper have its unsafe switches in one place, at a version without its known hole"),
      ...tests(git, "runs no hook, monitor or pager of the repository"),
    ],
  },
  {
    id: "A28",
    name: "names that are options or patterns",
    tests: [
      ...tests(model, "gives files names that look like options, patterns or code, and they are names"),
      ...tests("unit/draft/make.test.ts", "keeps odd names exact in a "),
    ],
  },
  {
    id: "A29",
    name: "a clean-up that asks a repository that an agent has rewritten",
    tests: [
      ...tests(sources, "ask git for no worktree, checkout, submodule, fetch, or anything else that writes or runs"),
      ...tests("unit/draft/remove.test.ts", "goes although an agent took the permissions away"),
    ],
  },
  {
    id: "A34",
    name: "secrets in the environment of a child",
    tests: [
      ...tests(git, "is given listed variables only"),
      ...tests(
        "unit/system/child.test.ts",
        "gets a short list of variables and what its caller gives, and no key, loader or option of the person's",
      ),
      ...tests(
        "unit/system/sandbox/attacks.ts",
        "reads the environment of a process above it",
        "reads an open file of ours",
      ),
      ...tests("unit/system/sandbox/breakout.test.ts", "has the variables of a short list and no other"),
    ],
  },
];
