/** The sandbox's profiles as argument lists, as text for macOS, and the environment. Pure: nothing is run. */
import assert from "node:assert/strict";
import type { CommandProfile, EngineProfile, SandboxProfile } from "../../../../src/protocol/index.ts";
import {
  argumentsOf,
  environmentOf,
  insideHome,
  seatbeltText,
  type SystemPlace,
} from "../../../../src/system/sandbox/index.ts";

const places: readonly SystemPlace[] = [
  { path: "/usr", link: null },
  { path: "/bin", link: "usr/bin" },
  { path: "/etc", from: "/store/etc", link: null },
  { path: "/etc/resolv.conf", link: null, network: true },
];

const command: CommandProfile = {
  kind: "command",
  draft: "/store/drafts/one",
  tree: "/projects/one",
  home: "/people/her",
  shared: [],
  history: [],
  masked: [],
  tools: [],
};

const engine: EngineProfile = {
  ...command,
  kind: "engine",
  program: "/people/her/.agents/one",
  state: "/store/state/one",
  credentials: ["/people/her/.agent/token"],
  environment: { AGENT_MODEL: "m" },
};

/** The arguments without those that every profile has, as one line. */
function mounts(profile: SandboxProfile, folder = "", own = places): string {
  const built = argumentsOf(profile, { folder }, own);
  if (built.kind === "refused") return `refused: ${built.why}`;
  const text = built.args.join(" ");
  return text.slice(text.indexOf("/var/tmp") + "/var/tmp ".length);
}

describe("the command profile", () => {
  it("unshares everything, drops every right, forbids namespaces inside, and dies with its parent", () => {
    const built = argumentsOf(command, { folder: "" }, places);
    assert.equal(built.kind, "arguments");
    assert.equal(
      (built as { args: string[] }).args.join(" "),
      "--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL --hostname countersign " +
        "--ro-bind /usr /usr --symlink usr/bin /bin --ro-bind /store/etc /etc " +
        "--proc /proc --remount-ro /proc --dev /dev --size 67108864 --tmpfs /dev/shm --remount-ro /dev " +
        "--size 1073741824 --tmpfs /tmp --dir /var --symlink /tmp /var/tmp " +
        `--size 67108864 --tmpfs ${insideHome} --bind /store/drafts/one /store/drafts/one --remount-ro / --chdir /store/drafts/one`,
    );
  });

  const start = `--size 67108864 --tmpfs ${insideHome} `;
  const draft = "--bind /store/drafts/one /store/drafts/one ";
  const end = "--remount-ro / --chdir /store/drafts/one";

  for (const [what, more, expected] of [
    [
      "a shared folder with a cache in memory",
      { shared: [{ path: "node_modules", from: "/projects/one/node_modules", caches: [".cache"], alsoAtHome: false }] },
      `${start}${draft}--ro-bind /projects/one/node_modules /store/drafts/one/node_modules --size 1073741824 --tmpfs /store/drafts/one/node_modules/.cache ${end}`,
    ],
    [
      "a shared folder that names itself",
      { shared: [{ path: ".venv", from: "/projects/one/.venv", caches: [], alsoAtHome: true }] },
      `${start}${draft}--ro-bind /projects/one/.venv /store/drafts/one/.venv --ro-bind /projects/one/.venv /projects/one/.venv ${end}`,
    ],
    [
      "borrowed history",
      { history: [{ from: "/projects/one/.git/objects", to: "/history/objects" }] },
      `${start}${draft}--ro-bind /projects/one/.git/objects /history/objects ${end}`,
    ],
    [
      "files and folders masked",
      {
        masked: [
          { path: ".env", kind: "file" },
          { path: ".agent", kind: "folder" },
        ],
      },
      `${start}${draft}--ro-bind /dev/null /store/drafts/one/.env --size 4096 --tmpfs /store/drafts/one/.agent --remount-ro /store/drafts/one/.agent ${end}`,
    ],
    [
      "programs of the person's",
      { tools: [{ folder: "/people/her/.nvm", programs: ["/people/her/.nvm/bin"] }] },
      `${start}--ro-bind /people/her/.nvm /people/her/.nvm ${draft}${end}`,
    ],
    [
      "the person's folder below the system's: covered",
      { tree: "/usr/src/project" },
      `${start}--tmpfs /usr/src/project ${draft}--remount-ro /usr/src/project ${end}`,
    ],
    [
      "the home below the system's: covered",
      { home: "/usr/home/her" },
      `${start}--tmpfs /usr/home/her ${draft}--remount-ro /usr/home/her ${end}`,
    ],
    [
      "everything open",
      { tree: "/" },
      "refused: the folder that is open holds /usr, which programs need to run at all",
    ],
    [
      "the system's settings open",
      { tree: "/etc" },
      "refused: the folder that is open holds /etc, which programs need to run at all",
    ],
    [
      "a draft that holds the person's folder",
      { draft: "/projects" },
      "refused: /projects holds the folder that is open",
    ],
    ["a draft that is the home", { draft: "/people/her" }, "refused: /people/her holds the home folder"],
    [
      "a draft in the system",
      { draft: "/usr/share/one" },
      "refused: /usr/share/one lies in a folder of the system's own",
    ],
    [
      "programs in the folder that is open",
      { tools: [{ folder: "/projects/one/bin", programs: [] }] },
      "refused: /projects/one/bin lies in, or holds, the folder that is open",
    ],
    [
      "programs that are the home",
      { tools: [{ folder: "/people", programs: [] }] },
      "refused: /people holds the home folder",
    ],
    [
      "a shared folder from elsewhere",
      { shared: [{ path: "x", from: "/people/her/.ssh", caches: [], alsoAtHome: false }] },
      "refused: /people/her/.ssh lies outside the folder that is open",
    ],
    [
      "a shared folder that leads out",
      { shared: [{ path: "../x", from: "/projects/one/x", caches: [], alsoAtHome: false }] },
      'refused: "../x" cannot be a path in the draft: the path leads upwards',
    ],
    [
      "a path with a way up",
      { draft: "/store/../projects/one" },
      'refused: "/store/../projects/one" is not a plain absolute path',
    ],
    ["a relative path", { home: "her" }, 'refused: "her" is not a plain absolute path'],
    ["a path with NUL", { tree: "/projects/a\0b" }, 'refused: "/projects/a\\u0000b" is not a plain absolute path'],
  ] satisfies [string, Partial<CommandProfile>, string][]) {
    it(`with ${what}`, () => assert.equal(mounts({ ...command, ...more }), expected));
  }

  it("begins in a folder of the draft and in no other", () => {
    assert.match(mounts(command, "src/a"), /--chdir \/store\/drafts\/one\/src\/a$/);
    assert.equal(mounts(command, "../x"), 'refused: "../x" cannot be a path in the draft: the path leads upwards');
  });

  it("has a fixed environment, with the person's programs first", () => {
    assert.deepEqual(environmentOf({ ...command, tools: [{ folder: "/t", programs: ["/t/bin"] }] }), {
      PATH: "/t/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin",
      HOME: insideHome,
      USER: "agent",
      LOGNAME: "agent",
      SHELL: "/bin/sh",
      TMPDIR: "/tmp",
      LANG: "C.UTF-8",
      TERM: "dumb",
      NO_COLOR: "1",
    });
  });
});

describe("the engine profile", () => {
  it("adds the network, its program, its state and its credentials, and nothing of the home beside them", () => {
    const built = argumentsOf(engine, { folder: "" }, places) as { args: string[] };
    assert.ok(built.args.includes("--share-net"));
    assert.equal(
      mounts(engine),
      "--ro-bind /people/her/.agents/one /people/her/.agents/one --ro-bind /people/her/.agent/token /people/her/.agent/token " +
        "--bind /store/state/one /store/state/one --bind /store/drafts/one /store/drafts/one --remount-ro / --chdir /store/drafts/one",
    );
    assert.ok(built.args.join(" ").includes("--ro-bind /etc/resolv.conf /etc/resolv.conf"));
    assert.equal(environmentOf(engine)["HOME"], engine.state);
    assert.equal(environmentOf(engine)["AGENT_MODEL"], "m");
  });

  for (const [what, more, expected] of [
    [
      "the whole home as credentials",
      { credentials: ["/people/her"] },
      "refused: /people/her is no file of credentials",
    ],
    [
      "the person's folder as credentials",
      { credentials: ["/projects/one/.env"] },
      "refused: /projects/one/.env is no file of credentials",
    ],
    [
      "a program in the folder that is open",
      { program: "/projects/one/agent" },
      "refused: /projects/one/agent lies in, or holds, the folder that is open",
    ],
    ["a state that holds the home", { state: "/people" }, "refused: /people holds the home folder"],
  ] satisfies [string, Partial<EngineProfile>, string][]) {
    it(`refuses ${what}`, () => assert.equal(mounts({ ...engine, ...more }), expected));
  }
});

describe("the profile's text for macOS", () => {
  const lines = (profile: SandboxProfile) => seatbeltText(profile, "/private/t").split("\n");

  it("denies by default, opens the draft and the temporary folder for writing, and closes the network to a command", () => {
    const text = lines(command);
    assert.deepEqual(text.slice(0, 2), ["(version 1)", "(deny default)"]);
    assert.deepEqual(
      text.filter((line) => line.includes("file-write*")),
      [
        '(allow file-write* (subpath "/store/drafts/one") (subpath "/private/t") (literal "/dev/null") (literal "/dev/zero"))',
      ],
    );
    assert.deepEqual(
      text.filter((line) => line.includes("network")),
      ["(deny network*)"],
    );
    assert.ok(!text.join("\n").includes("/people/her"));
    assert.ok(!text.join("\n").includes("/projects/one"));
  });

  it("opens the network to an engine, but no socket that is a file", () => {
    const text = lines(engine);
    const network = text.filter((line) => line.includes("network"));
    assert.deepEqual(network, ["(allow network*)", "(deny network* (remote unix-socket) (local unix-socket))"]);
    assert.match(
      text.find((line) => line.startsWith("(allow file-read* "))!,
      /\(subpath "\/people\/her\/\.agent\/token"\)/,
    );
  });

  it("denies what is masked and writing what is shared, after what it allows", () => {
    const shared = [{ path: "node_modules", from: "/projects/one/node_modules", caches: [], alsoAtHome: false }];
    const text = lines({ ...command, shared, masked: [{ path: ".env", kind: "file" }] });
    const at = (line: string) => text.indexOf(line);
    const allowed = text.findIndex((line) => line.startsWith("(allow file-write* "));
    assert.ok(at('(deny file-read* file-write* (subpath "/store/drafts/one/.env"))') > allowed);
    assert.ok(at('(deny file-write* (subpath "/projects/one/node_modules"))') > allowed);
  });

  it("quotes every path, and takes none with control characters", () => {
    const text = seatbeltText({ ...command, draft: '/store/a")(allow default)\\' }, "/private/t");
    assert.ok(text.includes('(subpath "/store/a\\")(allow default)\\\\")'));
    assert.throws(() => seatbeltText({ ...command, draft: "/store/a\nb" }, "/private/t"), /control characters/);
  });
});
