/**
 * The guards, each with a change of its source that switches it off and the tests that have to notice.
 *
 * `replace` stands in `file` exactly once, `by` takes its place; `tests` is a file below the project, `grep` picks from it.
 */
export interface Guard {
  guard: string;
  file: string;
  replace: string;
  by: string;
  tests: string;
  grep?: string;
}

const paths = { file: "src/system/paths.ts", tests: "test/unit/system/paths.test.ts" };
const git = { file: "src/system/git.ts", tests: "test/unit/system/git.test.ts" };
const tools = { tests: "test/unit/engine/tools.test.ts" };
const names = { file: "src/review/protected.ts", tests: "test/unit/review/protected.test.ts" };
const members = "test/unit/review/protectedMembers.test.ts";
const visible = { file: "src/webview/visible.ts", tests: "test/unit/webview/visible.test.ts" };
const page = { file: "src/protocol/page.ts", tests: "test/unit/webview/html.test.ts" };
const client = { file: "src/engine/anthropic/client.ts", tests: "test/unit/engine/client.test.ts" };

export const guards: readonly Guard[] = [
  { guard: "no path leads upwards", ...paths, replace: 'if (component === "..")', by: 'if (component === "...never")' },
  { guard: "no path leads through a link", ...paths, replace: "if (stat.isSymbolicLink())", by: "if (!stat)" },
  {
    guard: "a link leads elsewhere only while it leads where it did",
    file: "src/editor/links.ts",
    replace: 'if ((now.kind === "link" ? now.target : null) !== before ||',
    by: 'if (now.kind === "bytes" ||',
    tests: "test/unit/editor/links.test.ts",
  },
  {
    guard: "no link is made into a repository's own data",
    file: "src/editor/links.ts",
    replace: 'if (judged.kind === "refused")',
    by: 'if (judged.kind === "refused" && target === path)',
    tests: "test/unit/editor/links.test.ts",
  },
  {
    guard: "a draft gets no link that leads away",
    file: "src/draft/links.ts",
    replace: 'if (linkLeads(path, target) !== "inside")',
    by: "if (linkLeads(path, target) === null)",
    tests: "test/unit/draft/links.test.ts",
  },
  {
    guard: "no decision over several hunks takes a link",
    file: "src/session/marks.ts",
    replace: 'effectOfName(file.draftPath) ?? (file.attribute === "link" ? linkEffect : null)',
    by: "effectOfName(file.draftPath)",
    tests: "test/unit/session/links.test.ts",
  },
  {
    guard: "folders are compared by segments",
    ...paths,
    replace: 'return between === "" || (',
    by: "return path.startsWith(root) || (",
  },
  { guard: "no path holds a NUL", ...paths, replace: 'if (path.includes("\\0"))', by: "if (path === null)" },
  { guard: "no path names .git in another case", ...paths, replace: ".toLowerCase()", by: "" },
  { guard: "no path names .git in another form", ...paths, replace: '.normalize("NFKC")', by: "" },
  { guard: "no path names .git with something behind it", ...paths, replace: '.replace(/[. ]+$/, "")', by: "" },
  {
    guard: "no path leads into a repository inside",
    ...paths,
    replace: 'if (!last && statOf(absolute + sep + ".git") !== null)',
    by: "if (absolute === null)",
  },
  {
    guard: "no special file is touched",
    ...paths,
    replace: "if (last && !stat.isDirectory() && !stat.isFile())",
    by: "if (absolute === null)",
  },
  {
    guard: "git gets listed variables only",
    ...git,
    replace: '{ LC_ALL: "C", ...gitSettings }',
    by: '{ ...(from as Record<string, string>), LC_ALL: "C", ...gitSettings }',
  },
  { guard: "git runs no monitor of the repository", ...git, replace: '  "core.fsmonitor=false",\n', by: "" },
  { guard: "git is not taken from the current folder", ...git, replace: "if (!isAbsolute(folder)) continue;", by: "" },
  {
    guard: "a script of ours gets listed variables only",
    file: "src/system/child.ts",
    replace: "{ ...inherited, ...options.env",
    by: "{ ...process.env, ...inherited, ...options.env",
    tests: "test/unit/system/child.test.ts",
  },
  {
    guard: "the model's path is inside the draft",
    file: "src/engine/guard.ts",
    ...tools,
    replace: "const guarded = guardPath(root, path);",
    by: 'const guarded = { kind: "inside" } as ReturnType<typeof guardPath>;',
  },
  {
    guard: "a tool takes known keys only",
    file: "src/engine/anthropic/input.ts",
    ...tools,
    replace: "if (wanted === undefined)\n",
    by: "if (wanted === undefined) continue;\n    if (wanted === null)\n",
  },
  {
    guard: "a tool takes keys of its own input only",
    file: "src/engine/anthropic/input.ts",
    ...tools,
    replace: "!Object.hasOwn(input, key)",
    by: "!(key in input)",
  },
  {
    guard: "an edit needs one place",
    file: "src/engine/anthropic/tools.ts",
    ...tools,
    replace: "if (first >= 0 && text.includes(old, first + 1))",
    by: "if (first < -1)",
  },
  {
    guard: "redirects are not followed",
    file: client.file,
    replace: 'redirect: "error"',
    by: 'redirect: "follow"',
    tests: "test/unit/hostile/model.test.ts",
    grep: "is not followed",
  },
  { guard: "no address of the environment is asked", ...client, replace: "baseURL: access.endpoint,", by: "" },
  {
    guard: "no header of the environment is sent",
    ...client,
    replace: "._options.defaultHeaders = headers;",
    by: "._options.defaultHeaders;",
  },
  {
    guard: "no key goes over an open line",
    ...client,
    replace: 'if (url.protocol === "http:" && !isThisMachine(endpoint))',
    by: "if (url.hostname === null)",
  },
  {
    guard: "no further header carries what is secret",
    file: client.file,
    replace: "headerProblem(name, value) !== null",
    by: "headerProblem(name, value) === undefined",
    tests: "test/unit/engine/gateway.test.ts",
  },
  {
    guard: "no key stands in a second header",
    file: client.file,
    replace: 'authorization: keyHeader === "authorization" ? ',
    by: 'authorization: keyHeader !== "none" ? ',
    tests: "test/unit/engine/gateway.test.ts",
  },
  { guard: "protected names are compared in any case", ...names, replace: ".toLowerCase()", by: "" },
  {
    guard: "protected names are compared without ignored characters",
    ...names,
    replace: '.replace(ignorable, "")',
    by: "",
  },
  {
    guard: "protected names are compared without dots behind them",
    ...names,
    replace: '.replace(/[. ]+$/, "")',
    by: "",
  },
  {
    guard: "a manifest that cannot be read is protected",
    ...names,
    tests: members,
    replace: "if (unreadable)",
    by: "if (hunk === null)",
  },
  {
    guard: "members are read with their escapes",
    file: "src/review/members.ts",
    tests: members,
    replace: 'return JSON.parse(quoted.replaceAll("\\t", "\\\\t")) as string;',
    by: "return quoted.slice(1, -1);",
  },
  {
    guard: "a bulk accept leaves protected hunks, in the session",
    file: "src/session/deciding.ts",
    replace: "!halves.has(hunk) && !protection.has(hunk)",
    by: "!halves.has(hunk)",
    tests: "test/unit/session/marks.test.ts",
    grep: "protected",
  },
  {
    guard: "a bulk accept leaves protected hunks, on the page",
    file: "src/webview/places.ts",
    replace: 'hunk.apart === "protected"',
    by: 'hunk.marks.includes("protected")',
    tests: "test/unit/webview/places.test.ts",
  },
  {
    guard: "a message needs the page's token",
    file: "src/protocol/view.ts",
    replace: "parsed.success && parsed.data.token === token",
    by: "parsed.success && token !== null",
    tests: "test/unit/hostile/messages.test.ts",
  },
  {
    guard: "hidden characters are marked",
    ...visible,
    // eslint-disable-next-line no-template-curly-in-string -- a piece of a source
    replace: "`(?<odd>${hidingSource})`,",
    by: "`(?<odd>\\\\p{Zl})`,",
  },
  {
    guard: "hidden characters are spelled out for the model",
    file: "src/engine/hidden.ts",
    replace: "const spelled = spelledOut(whole(text));",
    by: "const spelled = whole(text);",
    tests: "test/unit/engine/hidden.test.ts",
  },
  {
    guard: "a text that looks like a spelling is told from one",
    file: "src/protocol/characters.ts",
    replace: "|⟦(?=U\\\\+[0-9A-F]{4,6}⟧)",
    by: "",
    tests: "test/unit/protocol/characters.test.ts",
  },
  {
    guard: "private keys are masked",
    file: "src/protocol/secrets.ts",
    replace: "rest.replace(pem, masked)",
    by: "rest",
    tests: "test/unit/protocol/secrets.test.ts",
  },
  {
    guard: "exact values of secrets are masked",
    file: "src/protocol/secrets.ts",
    replace: "left.replaceAll(value, masked)",
    by: "left",
    tests: "test/unit/protocol/secrets.test.ts",
  },
  {
    guard: "a long file is decided as a whole",
    file: "src/review/text.ts",
    replace: "text.lines.length > mostLines",
    by: "text.lines.length > mostBytes",
    tests: "test/unit/review/text.test.ts",
  },
  {
    guard: "a file takes no other's place",
    file: "src/editor/attributes.ts",
    replace: "if (there && !isOneFile(own, there))\n    return",
    by: "if (there === undefined)\n    return",
    tests: "test/unit/editor/attributes.test.ts",
  },
  {
    guard: "what was kept of a log is checked, line by line",
    file: "src/memory/kept.ts",
    // eslint-disable-next-line no-template-curly-in-string -- a piece of a source
    replace: "!== `${hex8(digits)} `) return null;",
    by: "=== null) return null;",
    tests: "test/unit/memory/kept.test.ts",
  },
  {
    guard: "letters of two scripts are marked",
    ...visible,
    replace: "if (found.length > 1 &&",
    by: "if (found.length > 9 &&",
  },
  {
    guard: "words in the letters of another script are marked",
    ...visible,
    replace: "(mixture(word) ?? disguise(word, text))",
    by: "mixture(word)",
  },
  { guard: "the page asks nobody", ...page, replace: `"connect-src 'none'",`, by: "" },
  { guard: "the page shows no picture", ...page, replace: `"img-src 'none'",`, by: `"img-src *",` },
  { guard: "no value ends its attribute", ...page, replace: `.replaceAll('"', "&quot;")`, by: "" },
  {
    guard: "a session's id never becomes another path",
    file: "src/memory/index.ts",
    replace: "if (!isSessionId(session))",
    by: "if (session === null)",
    tests: "test/unit/memory/sessions.test.ts",
  },
  {
    guard: "the demo answers no web page",
    file: "src/demo/server.ts",
    replace: "if (request.headers.origin !== undefined)",
    by: "if (request.headers.origin === null)",
    tests: "test/unit/demo/server.test.ts",
  },
  {
    guard: "a command cannot write the kernel's settings",
    file: "src/system/sandbox/profile.ts",
    replace: '"--proc", "/proc", "--remount-ro", "/proc"',
    by: '"--proc", "/proc"',
    tests: "test/unit/system/sandbox/breakout.test.ts",
    grep: "setting of the kernel",
  },
  {
    guard: "a command has no open file of ours",
    file: "src/system/sandbox/starting.ts",
    replace: "open.includes(index + 3) ? nothing",
    by: "open.includes(-1) ? nothing",
    tests: "test/unit/system/sandbox/breakout.test.ts",
    grep: "ordinary user",
  },
  {
    guard: "a command has no network",
    file: "src/system/sandbox/profile.ts",
    replace: '...(engine ? ["--share-net"] : [])',
    by: '"--share-net"',
    tests: "test/unit/system/sandbox/breakout.test.ts",
    grep: "connects to",
  },
  {
    guard: "what an agent asks its client for is opened through no link",
    file: "src/engine/acp/opening.ts",
    replace: "const folder = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);",
    by: "const folder = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0);",
    tests: "test/unit/engine/acp/opening.test.ts",
  },
  {
    guard: "what a look reads lies where it was listed",
    file: "src/draft/reading.ts",
    replace: "if (exact && placeOf(file, path) !== path)",
    by: "if (exact && placeOf(file, path) === null)",
    tests: "test/unit/draft/reading.test.ts",
  },
  {
    guard: "a link at a mount point refuses the start",
    file: "src/system/sandbox/mounting.ts",
    replace: "if (stat.isSymbolicLink())",
    by: "if (stat.isSocket())",
    tests: "test/unit/system/sandbox/breakout.test.ts",
    grep: "become a link",
  },
  {
    guard: "the agent's own repository is no change",
    file: "src/draft/looking.ts",
    replace: "ownRepository(tree) !== null",
    by: "ownRepository(tree) === undefined",
    tests: "test/unit/draft/repository.test.ts",
    grep: "never a change",
  },
];
