/**
 * Protected paths: changes that do more than change text, because an editor, git, an agent, a package manager or a server runs or
 * obeys what stands there.
 *
 * Pure: a path and the two texts of a file in, what accepting each hunk would cause out. Names are judged, not what exists. They
 * are compared as the most forgiving file system reads them: any case, normal form, ignorable characters, dots and blanks at the
 * end, streams.
 * Always: a name of the list is protected whatever its file holds; what a manifest holds is judged by its members, and one that
 * cannot be read as a manifest is protected as a whole.
 */
import type { HunkId, HunkPlace } from "../protocol/index.ts";
import { flaggedIn, touches, type Place } from "./members.ts";
import type { Text } from "./text.ts";

/** How every mark of a protected hunk begins. A bulk accept leaves such hunks; page and host agree on this word. */
export const protectedMark = "protected:";

/** The two texts of a file, and its hunks. */
export interface Change {
  reviewed: Text;
  proposed: Text;
  hunks: readonly HunkPlace[];
}

/** What accepting each protected hunk would cause, in a few words for the person who decides it. Others are not in it. */
export function protectedHunks(path: string, change: Change): Map<HunkId, string> {
  const effect = effectOfName(path);
  const flags = flagsOf(path, change);
  const found = new Map<HunkId, string>();
  if (effect === null && flags === null) return found;
  for (const hunk of change.hunks) {
    const own = flags?.(hunk) ?? null;
    const causes = [effect, own].filter((one) => one !== null);
    if (causes.length > 0) found.set(hunk.id, causes.join("; "));
  }
  return found;
}

/** What a file of this name does by being there; null where it is only text. */
export function effectOfName(path: string): string | null {
  const plain = plainPath(path);
  return names.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

// What file systems drop or ignore inside a name: joiners, direction marks, selectors, the byte order mark.
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** The path as the most forgiving file system reads it, with a slash in front. */
export function plainPath(path: string): string {
  const parts = path.split(/[\\/]/).map((part) =>
    part
      .replace(ignorable, "")
      .normalize("NFKC")
      .toLowerCase()
      .normalize("NFC")
      .replace(/:.*$/s, "")
      .replace(/[. ]+$/, ""),
  );
  return `/${parts.join("/")}`;
}

const editor = "an editor takes its configuration, and what it runs, from here";
const hooks = "git hooks run what stands here";
const agent = "coding agents take instructions, tools and permissions from here";
const server = "a build server runs what stands here, with its own keys";
const shell = "a shell runs this file when it starts";
const packages = "a package manager takes registries, keys and programs from here";
const linting = "the editor runs this file when it checks or formats code";
const building = "the editor and every build run what stands here";

const names: readonly [RegExp, string][] = [
  [/\/\.vscode\/tasks\.json$/, "VS Code runs tasks from this file"],
  [/\/\.vscode\/launch\.json$/, "VS Code starts programs from this file"],
  [/\/\.vscode\/settings\.json$/, "VS Code takes settings from this file, also which programs it runs"],
  [/\/\.vscode\/mcp\.json$/, "VS Code starts the servers that this file names"],
  [/\/\.vscode(\/|$)/, "VS Code takes its configuration from here"],
  [/\.code-workspace$/, "VS Code takes folders, settings and tasks from this file"],
  [/\/\.(idea|vs|zed|fleet|nova|helix|theia|settings|metals|nvim)(\/|$)|\.sublime-(project|build|settings)$/, editor],
  [/\/(\.n?vimrc|\.lvimrc|_vimrc|\.exrc|\.nvim\.lua|\.dir-locals(-2)?\.el|\.emacs)$/, editor],
  [
    /\/\.devcontainer(\/|$)|\/\.?devcontainer\.json$|\/\.gitpod\.ya?ml$|\/\.idx\//,
    "a container is built and started from this file",
  ],
  [/\/\.gitattributes$|\/\.git\/info\/attributes$/, "git runs the filters that this file names"],
  [/\/\.gitmodules$/, "git fetches the repositories that this file names"],
  [/\/\.gitconfig(\.[^/]*)?$|\/\.config\/git(\/|$)/, "git takes its configuration from this file"],
  [/\/\.git(\/|$)|\/git~\d+(\/|$)/, "this is a repository's own data"],
  [/\/head$/, "git takes a folder with this file for a repository, and obeys its settings"],
  [/\/\.?(husky|githooks|git-hooks)(\/|$)|\/\.huskyrc(\.[^/]*)?$/, hooks],
  [/\/\.?lefthook(-local)?\.(ya?ml|json|toml)$|\/\.pre-commit-(config|hooks)\.ya?ml$|\/\.overcommit\.yml$/, hooks],
  [/\/(\.lintstagedrc(\.[^/]*)?|lint-staged\.config\.[^/]*|\.simple-git-hooks\.[^/]*)$/, hooks],
  [
    /\/\.(claude|cursor|codex|gemini|windsurf|cline|clinerules|roo|continue|kiro|amazonq|junie|opencode|agents?|aider[^/]*|augment|goose|qwen|factory|copilot)(\/|$)/,
    agent,
  ],
  [/\/(\.mcp|mcp|opencode|\.opencode|crush|\.crush)\.jsonc?$|\/\.(claude|cursor|windsurf|roo|goose)[^/]*$/, agent],
  [
    /\/(claude(\.local)?|agents?(\.override)?|gemini|qwen|skill|warp)\.md$|\/(\.roomodes|\.rules|\.goosehints)$|\.mdc$/,
    agent,
  ],
  [/\/\.github\/(copilot-instructions\.md|(instructions|prompts|chatmodes|agents|skills|hooks)(\/|$))/, agent],
  [/\/\.countersign(\/|$)/, "Countersign takes its rules from here"],
  [
    /\/\.(github|gitea|forgejo)\/(workflows|actions|dependabot\.ya?ml|renovate[^/]*|codeowners)(\/|$)|\/codeowners$/,
    server,
  ],
  [
    /\/\.(gitlab|circleci|buildkite|teamcity|azure-pipelines|azuredevops|woodpecker|ci|semaphore|harness|tekton)(\/|$)/,
    server,
  ],
  [
    /\/\.?(gitlab-ci|travis|drone|woodpecker|appveyor|bitbucket-pipelines|azure-pipelines|cloudbuild|buildspec|cirrus|codemagic|wercker|buildkite|semaphore|codefresh)[^/]*\.(ya?ml|json)$|\/jenkinsfile[^/]*$/,
    server,
  ],
  [/\/\.(bash|zsh|ksh|csh|tcsh|fish|sh)[^/]*$|\/\.(profile|login|logout|inputrc|xprofile|xinitrc|xsessionrc)$/, shell],
  [/\/\.(envrc|direnv|mise|rtx|tool-versions|autoenv|env\.zsh)([./]|$)|\/(mise|flox)\.toml$/, shell],
  [/\/\.(npmrc|yarnrc|pnpmrc|bunfig|pypirc|netrc|gemrc|condarc|piprc|curlrc|wgetrc)([./]|$)|\/_netrc$/, packages],
  [/\/(bunfig\.toml|pip\.conf|pip\.ini|nuget\.config|\.pnpmfile\.[cm]?js|\.pnp\.[cm]?js)$|\/\.yarn(\/|$)/, packages],
  [
    /\/(eslint|prettier|stylelint|biome|oxlint|tailwind|postcss)\.config\.[^/]*$|\/\.(eslintrc|prettierrc|stylelintrc)(\.[^/]*)?$|\/\.eslintplugin/,
    linting,
  ],
  [/\/\.cargo(\/|$)|\/build\.rs$|\/\.mvn(\/|$)|\/gradle\/wrapper(\/|$)|\/(gradlew(\.bat)?|mvnw(\.cmd)?)$/, building],
  [/\/(build|settings|init)\.gradle(\.kts)?$|\/(binding\.gyp|sitecustomize\.py|usercustomize\.py)$|\.pth$/, building],
  [/\/[^/.]{1,6}~\d+(\.[^/.]{0,3})?(\/|$)/, "Windows may read this short name as that of another file"],
];

const scripts = "a package manager runs scripts that stand here";

/** Which members of a file do what, by the file's name. A member protects the hunks that touch it. */
const manifests: readonly [RegExp, ReadonlyMap<string, string>][] = [
  [
    /\/package\.json$/,
    new Map([
      ...["scripts", "gypfile", "binary", "bin"].map((key): [string, string] => [key, scripts]),
      ...["husky", "lint-staged", "simple-git-hooks", "pre-commit", "pre-push", "ghooks", "yorkie", "gitHooks"].map(
        (key): [string, string] => [key, hooks],
      ),
      ...["eslintConfig", "prettier", "stylelint"].map((key): [string, string] => [key, linting]),
    ]),
  ],
  [/\/composer\.json$/, new Map([["scripts", scripts]])],
  [/\/deno\.jsonc?$/, new Map([["tasks", scripts]])],
  [/\/[tj]sconfig[^/]*\.json$/, new Map([["plugins", "the editor loads the plugins that stand here"]])],
];

const fetching = "the editor fetches the address of this schema when the file is open";

/** What a hunk does by what it holds; null where no file of this name does anything. */
function flagsOf(path: string, { reviewed, proposed }: Change): ((hunk: HunkPlace) => string | null) | null {
  const plain = plainPath(path);
  const manifest = manifests.find(([pattern]) => pattern.test(plain))?.[1];
  const yaml = /\.ya?ml$/.test(plain);
  if (!/\.(jsonc?|json5|code-workspace|webmanifest|har|map)$|rc$/.test(plain) && !yaml) return null;
  const keys = /\/\.vscode\/|\.code-workspace$/.test(plain) ? editorKeys : [];
  const before = reviewed.kind === "lines" ? flaggedIn(reviewed.lines, manifest ?? none, []) : [];
  const after = proposed.kind === "lines" ? flaggedIn(proposed.lines, manifest ?? none, keys) : [];
  const unreadable =
    manifest !== undefined && (before === "unreadable" || after === "unreadable" || isOpaque(reviewed, proposed));
  const places = (found: Place[] | "unreadable"): Place[] => (found === "unreadable" ? [] : found);
  return (hunk) => {
    if (unreadable) return [...manifest.values()][0]!;
    const causes = [
      // A schema that is taken away fetches nothing; scripts that are taken away may have been a check.
      ...places(before).filter((one) => one.effect !== schema && touches(one, hunk.from, hunk.to)),
      ...places(after).filter((one) => touches(one, hunk.newFrom, hunk.newTo)),
    ].map(({ effect }) => (effect === schema ? fetching : effect));
    if (yaml && proposed.kind === "lines") {
      const added = proposed.lines.slice(hunk.newFrom, hunk.newTo);
      if (added.some((line) => /yaml-language-server\s*:\s*\$schema\s*=\s*https?:/i.test(line))) causes.push(fetching);
    }
    return causes.length === 0 ? null : [...new Set(causes)].join("; ");
  };
}

const none: ReadonlyMap<string, string> = new Map();
/** What `flaggedIn` calls a member that makes the editor fetch an address. */
const schema = "schema";

/** Members that run something, wherever they stand in a configuration of the editor. */
const editorKeys: readonly [RegExp, string][] = [
  [/^runOn$/i, "a task may start by itself when the folder opens"],
  [/^(preLaunchTask|postDebugTask)$/i, "starting the debugger runs a task"],
  [/^(command|program|runtimeExecutable)$/i, "names a command that is run"],
  [/(path|executable|interpreter|binary|command)$/i, "may name a program that the editor runs"],
];

function isOpaque(...texts: Text[]): boolean {
  return texts.some((text) => text.kind === "opaque");
}
