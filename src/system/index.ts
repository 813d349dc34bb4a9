/**
 * What touches the machine dangerously, once: the one spawn of git, the questions about a repository, the path guard.
 *
 * Always: whoever asks gets a value for what can go wrong in ordinary life; nothing here writes.
 */
export { git, gitEnvironment, gitProgram, type GitAnswer } from "./git.ts";
export { guardPath, isRepositoryName, isUnder, nameProblem, type Guarded } from "./paths.ts";
export { repositoryFacts, type RepositoryFacts } from "./repository.ts";
