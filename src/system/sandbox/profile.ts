/**
 * The profiles: from what may be reached to the argument list of bubblewrap.
 *
 * Pure: what the machine has comes as a value. Later mounts lie over earlier ones, so the order below is the meaning: the system's own
 * folders, the person's own covered again, what is listed, the draft, what lies over parts of it, and last everything else read-only.
 * Always: writable are the draft, temporary folders in memory and, for an engine, its state; a path of the person's that is not named is
 * not there; what cannot be held is refused with a reason.
 */
import { dirname, isAbsolute, join, normalize } from "node:path";
import type { Command, SandboxProfile } from "../../protocol/index.ts";
import { isUnder, nameProblem } from "../paths.ts";

/** One of the system's own paths: bound as it is, or the link that it is. */
export interface SystemPlace {
  path: string;
  /** What is shown there, where that is a copy of ours. */
  from?: string;
  /** The text of the link; null where it is a folder or a file. */
  link: string | null;
  /** Only shown where the network is. */
  network?: boolean;
}

export type ProfileArguments = { kind: "arguments"; args: string[] } | { kind: "refused"; why: string };

/** The home of whatever runs with the command profile: empty, in memory. */
export const insideHome = "/agent";

const temporarySize = 1024 * 1024 * 1024;
const smallSize = 64 * 1024 * 1024;

/** Everything before the mounts: new namespaces of every kind, no rights, no way to make more. */
export const walls: readonly string[] = [
  "--unshare-all",
  "--unshare-user",
  "--disable-userns",
  "--die-with-parent",
  "--new-session",
  ...["--cap-drop", "ALL"],
  ...["--hostname", "countersign"],
];

/** Own processes, devices and temporary folders. Even root writes no setting of the kernel: all of /proc is read-only. */
export const ownPlaces: readonly string[] = [
  ...["--proc", "/proc", "--remount-ro", "/proc"],
  ...["--dev", "/dev", "--size", String(smallSize), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
  ...["--size", String(temporarySize), "--tmpfs", "/tmp", "--dir", "/var", "--symlink", "/tmp", "/var/tmp"],
];

/** The arguments of bubblewrap for this profile, up to and without the command's own. */
export function argumentsOf(
  profile: SandboxProfile,
  command: Pick<Command, "folder">,
  places: readonly SystemPlace[],
): ProfileArguments {
  const why = problemOf(profile, command, places);
  if (why !== null) return { kind: "refused", why };
  const engine = profile.kind === "engine" ? profile : null;
  const args = [...walls, ...(engine ? ["--share-net"] : [])];
  const shown = places.filter(({ network }) => !network || engine);
  for (const { path, from, link } of shown)
    args.push(...(link === null ? readOnly(from ?? path, path) : ["--symlink", link, path]));
  args.push(...ownPlaces);
  if (!engine) args.push("--size", String(smallSize), "--tmpfs", insideHome);

  // What is the person's and lies below something shown so far is covered.
  const bound = shown.filter(({ link }) => link === null).map(({ path }) => path);
  const tools = [...profile.tools.map(({ folder }) => folder), ...(engine ? [engine.program] : [])];
  const covered: string[] = [];
  const cover = (hidden: string, below: readonly string[]): void => {
    if (covered.includes(hidden) || !below.some((path) => isUnder(path, hidden))) return;
    covered.push(hidden);
    args.push("--tmpfs", hidden);
  };
  cover(profile.home, bound);
  cover(profile.tree, [...bound, ...covered]);
  for (const folder of tools) args.push(...readOnly(folder));
  cover(profile.tree, tools);

  if (engine) {
    for (const path of engine.credentials) args.push(...readOnly(path));
    args.push("--bind", engine.state, engine.state);
  }
  args.push("--bind", profile.draft, profile.draft);
  for (const { path, from, caches, alsoAtHome } of profile.shared) {
    for (const at of [join(profile.draft, path), ...(alsoAtHome ? [from] : [])]) {
      args.push(...readOnly(from, at));
      for (const cache of caches) args.push("--size", String(temporarySize), "--tmpfs", join(at, cache));
    }
  }
  for (const { from, to } of profile.history) args.push(...readOnly(from, to));
  for (const { path, kind } of profile.masked) {
    const at = join(profile.draft, path);
    if (kind === "file") args.push(...readOnly("/dev/null", at));
    else args.push("--size", "4096", "--tmpfs", at, "--remount-ro", at);
  }
  for (const path of covered) args.push("--remount-ro", path);
  args.push("--remount-ro", "/", "--chdir", join(profile.draft, command.folder));
  return { kind: "arguments", args };
}

/** The whole environment, of the sandbox tool itself too: inside, its first process could be asked for it. */
export function environmentOf(profile: SandboxProfile): Record<string, string> {
  const programs = profile.tools.flatMap((tool) => tool.programs);
  return {
    PATH: [...programs, "/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"].join(":"),
    HOME: profile.kind === "engine" ? profile.state : insideHome,
    USER: "agent",
    LOGNAME: "agent",
    SHELL: "/bin/sh",
    TMPDIR: "/tmp",
    LANG: "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    ...(profile.kind === "engine" ? profile.environment : {}),
  };
}

function readOnly(from: string, to = from): string[] {
  return ["--ro-bind", from, to];
}

/** Why this profile cannot be held, or null. */
function problemOf(
  profile: SandboxProfile,
  command: Pick<Command, "folder">,
  places: readonly SystemPlace[],
): string | null {
  const engine = profile.kind === "engine" ? profile : null;
  const given = [
    profile.draft,
    profile.tree,
    profile.home,
    ...profile.tools.flatMap(({ folder, programs }) => [folder, ...programs]),
    ...profile.shared.map(({ from }) => from),
    ...profile.history.flatMap(({ from, to }) => [from, to]),
    ...(engine ? [engine.program, engine.state, ...engine.credentials] : []),
  ];
  for (const path of given)
    if (!isAbsolute(path) || path.includes("\0") || normalize(path) !== path || (path !== "/" && path.endsWith("/")))
      return `${JSON.stringify(path)} is not a plain absolute path`;
  for (const path of [
    ...profile.shared.flatMap((shared) => [shared.path, ...shared.caches]),
    ...profile.masked.map((masked) => masked.path),
    ...(command.folder === "" ? [] : [command.folder]),
  ]) {
    const problem = nameProblem(path);
    if (problem !== null) return `${JSON.stringify(path)} cannot be a path in the draft: ${problem}`;
  }
  const held = places.find(({ path }) => isUnder(profile.tree, path));
  if (held) return `the folder that is open holds ${held.path}, which programs need to run at all`;
  for (const path of [...profile.tools.map(({ folder }) => folder), ...(engine ? [engine.program] : [])]) {
    if (isUnder(profile.tree, path) || isUnder(path, profile.tree))
      return `${path} lies in, or holds, the folder that is open`;
    if (isUnder(path, profile.home)) return `${path} holds the home folder`;
  }
  for (const path of [profile.draft, ...(engine ? [engine.state] : [])]) {
    if (isUnder(path, profile.tree)) return `${path} holds the folder that is open`;
    if (isUnder(path, profile.home)) return `${path} holds the home folder`;
    if (places.some((place) => isUnder(path, place.path) || isUnder(place.path, path)))
      return `${path} lies in a folder of the system's own`;
  }
  for (const path of engine?.credentials ?? [])
    if (isUnder(path, profile.home) || isUnder(path, profile.tree) || isUnder(profile.tree, path))
      return `${path} is no file of credentials`;
  for (const { path, from, alsoAtHome } of profile.shared)
    if (dirname(from) === from || !isUnder(profile.tree, from) || from === profile.tree || (alsoAtHome && path === ""))
      return `${from} lies outside the folder that is open`;
  return null;
}
