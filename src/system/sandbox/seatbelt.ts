/**
 * The same profiles as text for Seatbelt, the sandbox of macOS.
 *
 * Pure. Its text is tested; nothing has been run with it on a Mac, so the probe offers no sandbox there yet.
 * Always: denied unless named; writable are the draft, the temporary folder given and, for an engine, its state; sockets that are files
 * stay closed, also where the network is open.
 */
import { join } from "node:path";
import type { SandboxProfile } from "../../protocol/index.ts";

const system = [
  "/usr",
  "/bin",
  "/sbin",
  "/System",
  "/Library/Apple",
  "/Library/Developer",
  "/opt/homebrew",
  "/private/etc/ssl",
];
const files = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/dtracehelper", "/private/etc/localtime"];
/** What a program needs of the system's services to start and to know its user's name. */
const services = ["com.apple.system.opendirectoryd.libinfo", "com.apple.system.logger", "com.apple.bsd.dirhelper"];

/** `temporary`: absolute path of a folder made for this run, without links on its way. */
export function seatbeltText(profile: SandboxProfile, temporary: string): string {
  const engine = profile.kind === "engine" ? profile : null;
  const writable = [profile.draft, temporary, ...(engine ? [engine.state] : [])];
  const readable = [
    ...system,
    ...profile.tools.map(({ folder }) => folder),
    ...profile.shared.map(({ from }) => from),
    ...profile.history.map(({ from }) => from),
    ...(engine ? [engine.program, ...engine.credentials] : []),
  ];
  const masked = profile.masked.map(({ path }) => join(profile.draft, path));
  return [
    "(version 1)",
    "(deny default)",
    "(allow process-fork)",
    "(allow process-exec)",
    "(allow signal (target same-sandbox))",
    "(allow sysctl-read)",
    "(allow file-read-metadata)",
    `(allow mach-lookup ${services.map((name) => `(global-name ${quoted(name)})`).join(" ")})`,
    `(allow file-read* ${[...readable, ...writable].map(subpath).join(" ")} ${files.map(literal).join(" ")})`,
    `(allow file-write* ${writable.map(subpath).join(" ")} ${["/dev/null", "/dev/zero"].map(literal).join(" ")})`,
    ...(masked.length === 0 ? [] : [`(deny file-read* file-write* ${masked.map(subpath).join(" ")})`]),
    // Under the draft lie only copies; a shared folder stays the person's.
    ...(profile.shared.length === 0
      ? []
      : [`(deny file-write* ${profile.shared.map(({ from }) => subpath(from)).join(" ")})`]),
    ...(engine
      ? [
          "(allow network*)",
          "(deny network* (remote unix-socket) (local unix-socket))",
          '(allow mach-lookup (global-name "com.apple.trustd.agent") (global-name "com.apple.SystemConfiguration.configd"))',
        ]
      : ["(deny network*)"]),
    "",
  ].join("\n");
}

function subpath(path: string): string {
  return `(subpath ${quoted(path)})`;
}

function literal(path: string): string {
  return `(literal ${quoted(path)})`;
}

function quoted(text: string): string {
  if ([...text].some((character) => character < " " || character === "\x7f"))
    throw new Error("a path with control characters cannot stand in a profile");
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
