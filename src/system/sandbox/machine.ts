/**
 * What of this machine a program in the sandbox is shown: the system's own folders, a few of its settings, and the programs that the
 * person installed for themselves.
 *
 * Read-only questions about names on fixed lists. Of /etc only what programs need to start, resolve names and check certificates; never
 * the folders of private keys beside them.
 * Always: nothing of the workspace's is taken for a program's folder; a folder that also keeps secrets shows its programs alone.
 */
import { cpSync, existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, normalize, relative, sep } from "node:path";
import type { CommandProfile } from "../../protocol/index.ts";
import { isUnder } from "../paths.ts";
import type { SystemPlace } from "./profile.ts";

const folders = [
  "/usr",
  "/bin",
  "/sbin",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/nix/store",
  "/gnu/store",
  "/run/current-system/sw",
];

const settings = [
  "alternatives",
  "bash.bashrc",
  "ca-certificates",
  "ca-certificates.conf",
  "debian_version",
  "fonts",
  "group",
  "host.conf",
  "hosts",
  "inputrc",
  "java",
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "locale.alias",
  "localtime",
  "lsb-release",
  "magic",
  "magic.mime",
  "mime.types",
  "nsswitch.conf",
  "os-release",
  "passwd",
  "pki/ca-trust",
  "pki/tls/cert.pem",
  "pki/tls/certs",
  "pki/tls/openssl.cnf",
  "profile",
  "protocols",
  "services",
  "shells",
  "ssl/certs",
  "ssl/openssl.cnf",
  "terminfo",
  "timezone",
];

const networkSettings = ["gai.conf", "resolv.conf"];

/** Folders of programs below a home, as paths from it, and which part of them is shown. */
const toolFolders = [
  ".asdf",
  ".bun",
  ".cargo/bin",
  ".deno",
  ".fnm",
  ".local/share/fnm",
  ".local/share/mise/installs",
  ".local/share/pnpm",
  ".local/share/uv",
  ".nvm",
  ".nodenv",
  ".pyenv",
  ".rbenv",
  ".rustup",
  ".sdkman/candidates",
  ".volta",
  "go/bin",
  "miniconda3",
  "miniforge3",
];

/** The system's own places, as they stand on this machine. `settings`: a copy that `copySettings` made; without one there are none. */
export function systemPlaces(settings: string | null): SystemPlace[] {
  const own = folders.flatMap((path) => placeAt(path));
  if (settings === null) return own;
  const network = networkSettings.map((name) => `/etc/${name}`).filter((path) => existsSync(path));
  return [
    ...own,
    { path: "/etc", from: settings, link: null },
    ...network.map((path) => ({ path, link: null, network: true })),
  ];
}

/**
 * Copies the settings that programs are shown into a folder, which is made. One folder is one mount; each of them by itself would
 * double what a start costs. Links stay links: they lead to what is shown as well, or nowhere.
 */
export function copySettings(folder: string, from = "/etc"): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const name of settings) {
    if (!lstatSync(join(from, name), { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o755 });
    try {
      cpSync(join(from, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
    } catch {
      // Not for us to read: not for a command either.
    }
  }
  // Where the network is, the real ones are mounted over these.
  for (const name of networkSettings) writeFileSync(join(folder, name), "");
}

function placeAt(path: string): SystemPlace[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isSymbolicLink()) return isPlainLink(path) ? [{ path, link: readlinkSync(path) }] : [];
  return [{ path, link: null }];
}

/** Whether a link of the top leads to another place of the list. */
function isPlainLink(path: string): boolean {
  try {
    const target = realpathSync(path);
    return folders.some((folder) => folder !== path && isUnder(folder, target));
  } catch {
    return false;
  }
}

/** Folders of programs on this PATH that lie below the home, on our list, and outside the tree. */
export function toolsOn(path: string, tree: string, home: string): CommandProfile["tools"] {
  const found = new Map<string, string[]>();
  const real = realOr(home);
  for (const folder of path.split(":")) {
    if (!isAbsolute(folder) || normalize(folder) !== folder) continue;
    const known = toolFolders.find((name) => isUnder(join(home, name), folder));
    if (known === undefined) continue;
    const tool = join(home, known);
    // A folder that a link leads to lies elsewhere, and may be anything.
    if (realOr(tool) !== join(real, known) || !existsSync(folder)) continue;
    if (isUnder(tree, tool) || isUnder(tool, tree)) continue;
    found.set(tool, [...new Set([...(found.get(tool) ?? []), folder])]);
  }
  // Shims of cargo run what rustup keeps.
  const rustup = join(home, ".rustup");
  if (found.has(join(home, ".cargo/bin")) && !found.has(rustup) && existsSync(rustup) && !isUnder(tree, rustup))
    found.set(rustup, []);
  return [...found].map(([folder, programs]) => ({ folder, programs }));
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return relative(sep, path) === "" ? path : "";
  }
}
