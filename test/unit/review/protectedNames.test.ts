/** Which names are protected, and which only look like them: every part of every pattern. */
import assert from "node:assert/strict";
import { effectOfName, plainPath } from "../../../src/review/protected.ts";

/** What a name causes, and beside it names that cause something else or nothing. */
const table: [effect: RegExp, names: string][] = [
  [/runs tasks/, ".vscode/tasks.json a/.vscode/tasks.json"],
  [/starts programs/, ".vscode/launch.json"],
  [/takes settings/, ".vscode/settings.json"],
  [/starts the servers/, ".vscode/mcp.json"],
  [
    /VS Code takes its configuration/,
    ".vscode .vscode/x .vscode/tasks.jsonc .vscode/launch.json5 .vscode/settings.json.bak .vscode/mcp.jsonl",
  ],
  [/folders, settings and tasks/, "x.code-workspace"],
  [
    /an editor takes/,
    `.idea .idea/x .vs/x .zed .fleet .nova .helix .theia .settings .metals .nvim/x x.sublime-project x.sublime-build
x.sublime-settings .vimrc .nvimrc .lvimrc _vimrc .exrc .nvim.lua .dir-locals.el .dir-locals-2.el .emacs`,
  ],
  [
    /a container is built/,
    ".devcontainer .devcontainer/x devcontainer.json .devcontainer.json .gitpod.yml .gitpod.yaml .idx/dev.nix",
  ],
  [/git runs the filters/, ".gitattributes .git/info/attributes"],
  [/git fetches/, ".gitmodules"],
  [/a folder with this file for a repository/, "HEAD head bare/HEAD sub/bare.git/HEAD"],
  [/git takes its configuration/, ".gitconfig .gitconfig.local .config/git .config/git/config"],
  [/a repository's own data/, ".git .git/config .git/info/attributes2 git~1 git~12/config"],
  [
    /git hooks run/,
    `.husky husky/x .githooks/x .git-hooks .huskyrc .huskyrc.js lefthook.yml .lefthook.yaml lefthook-local.json lefthook.toml
.pre-commit-config.yaml .pre-commit-hooks.yml .overcommit.yml .lintstagedrc .lintstagedrc.json lint-staged.config.mjs
.simple-git-hooks.cjs`,
  ],
  [
    /coding agents take/,
    `.claude .claude/x .cursor .codex .gemini .windsurf/x .cline .clinerules .roo .continue .kiro .amazonq .junie .opencode
.agent .agents/x .aider .aider.conf.yml .augment .goose .qwen .factory .copilot .mcp.json mcp.json mcp.jsonc
opencode.json .opencode.jsonc crush.json .crush.json .cursorrules .claude.json .windsurfrules .roorules .gooseignore
claude.md claude.local.md agent.md agents.md agents.override.md gemini.md qwen.md skill.md warp.md .roomodes .rules
.goosehints x.mdc .github/copilot-instructions.md .github/instructions/x .github/prompts .github/chatmodes/x
.github/agents/x .github/skills/x .github/hooks/x`,
  ],
  [/Countersign takes its rules/, ".countersign .countersign/x"],
  [
    /a build server runs/,
    `.github/workflows .github/workflows/x .gitea/workflows/x .forgejo/actions/x .github/dependabot.yml
.github/dependabot.yaml .github/renovate .github/renovate.json .github/codeowners codeowners docs/CODEOWNERS .gitlab
.gitlab/x .circleci/x .buildkite/x .teamcity/x .azure-pipelines/x .azuredevops/x .woodpecker/x .ci/run .semaphore/x
.harness/x .tekton/x .gitlab-ci.yml gitlab-ci.prod.yaml .travis.yml .drone.json appveyor.yml cloudbuild.yaml jenkinsfile
jenkinsfile.prod`,
  ],
  [
    /a shell runs/,
    `.bashrc .bash_profile .zsh .zshenv .kshrc .cshrc .tcshrc .fishrc .shrc .profile .login .logout .inputrc .xprofile
.xinitrc .xsessionrc .envrc .envrc.local .direnv/x .mise.toml .rtx.toml .tool-versions .autoenv .env.zsh mise.toml
flox.toml`,
  ],
  [
    /a package manager takes/,
    `.npmrc .npmrc.bak .yarnrc.yml .pnpmrc .bunfig.toml .pypirc .netrc .gemrc .condarc .piprc .curlrc .wgetrc _netrc
bunfig.toml pip.conf pip.ini nuget.config .pnpmfile.js .pnpmfile.cjs .pnp.mjs .pnp.js .yarn .yarn/x`,
  ],
  [
    /when it checks or formats/,
    `eslint.config.js prettier.config.mjs stylelint.config.js biome.config.js oxlint.config.js tailwind.config.ts
postcss.config.js .eslintrc .eslintrc.json .prettierrc .stylelintrc.js .eslintplugin .eslintplugin.js`,
  ],
  [
    /every build run/,
    `.cargo .cargo/config.toml build.rs .mvn .mvn/x gradle/wrapper gradle/wrapper/x gradlew gradlew.bat mvnw mvnw.cmd
build.gradle settings.gradle.kts init.gradle binding.gyp sitecustomize.py usercustomize.py x.pth`,
  ],
  [/Windows may read/, "a~1 abcdef~1 abcdef~12.txt a~1.js a~1.b a~1/x a~1.b/x"],
];

/** Names that begin or end as a protected one, and are none. */
const near = `
.vscode-x/a x.code-workspace.md .ideas/a x.sublime-projects .vimrc.md .dir-locals-3.el .devcontainers/a
devcontainer.jsonc mydevcontainer.json .gitpod.yml.md .idx HEAD.md overhead head/x .gitattributes.md a.gitattributes .gitmodules.md .gitconfigs
.gitconfig.d/a .config/gitx .gitx/a git~1x/a .huskyx/a .huskyrcs lefthook.yml.md lefthook-x.yml
.pre-commit-config.yaml.md .overcommit.yml.md .lintstagedrcs .lintstagedrc.d/a lint-staged.config.d/a .claudex/a
.kirox/a mcp.json.md .cursorx/a claude.mdx claude.md.txt .rulesx x.mdcx .github/promptsx .github/x .countersignx/a
.github/workflowsx .github/dependabot.json codeowners.md .cix/a gitlab-ci.yml.md gitlab-ci.d/a.txt jenkinsfiles/a
.bash.d/a .profiles .envrcs mise.tomlx .npmrcs _netrcs pip.conf.md .pnpmfile.xjs .pnp.cjsx .yarnx/a eslint.config.d/a
.eslintrcs .eslintrc.d/a .cargox/a build.rsx .mvnx/a gradle/wrappers/a gradlewx mvnw.cmdx build.gradle.md binding.gypx
x.pths abcdefg~1 a~1.json a~1x a.b~1 ~1 a~`;

const words = (text: string) => text.trim().split(/\s+/);

describe("what a name causes", () => {
  for (const [effect, names] of table)
    for (const name of words(names))
      it(`of ${name} is as told`, () => assert.match(effectOfName(name) ?? "nothing", effect));
  for (const name of words(near)) it(`of ${name} is nothing`, () => assert.equal(effectOfName(name), null));
});

describe("a path as the most forgiving file system reads it", () => {
  const plain: [path: string, read: string][] = [
    ["a/b.txt", "/a/b.txt"],
    ["A\\B.TXT", "/a/b.txt"],
    ["a. . /b...", "/a/b"],
    ["a:b:c/d::$DATA", "/a/d"],
    ["a:\n/b", "/a/b"],
    [" a.b", "/ a.b"],
    ["a\u200b\u200db\ufeff", "/ab"],
    ["\uff41\u017f", "/as"],
    ["H\u0331", "/\u1e96"],
    ["", "/"],
  ];
  for (const [path, read] of plain)
    it(`is ${JSON.stringify(read)} for ${JSON.stringify(path)}`, () => assert.equal(plainPath(path), read));
});
