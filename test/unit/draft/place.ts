/**
 * Real folders and repositories for the draft's tests, and the drafts opened beside them.
 *
 * Always: everything lies below one temporary folder, which is deleted when the test file is done; git reads no settings of the machine.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDrafts } from "../../../src/draft/index.ts";
import type { Bodies, Draft, Drafts, TreeChange } from "../../../src/protocol/index.ts";

export const worker = fileURLToPath(new URL("../../../src/draft/worker.ts", import.meta.url));

export interface Place {
  /** A fresh folder for a test's project, resolved. */
  folder(files?: Record<string, string | Buffer>): string;
  /** A fresh repository; the files are committed. */
  repository(files: Record<string, string | Buffer>): string;
  storage: string;
  drafts: Drafts & AsyncDisposable;
  bodies: KeptBodies;
  make(folder: string, unsaved?: { path: string; bytes: Uint8Array }[]): Promise<Draft>;
}

export interface KeptBodies extends Bodies {
  text(id: string | null): string | null;
}

/** Opens a place for the tests of one describe; mocha's hooks close it. */
export function testPlace(): Place {
  const place = {} as Place;
  let root = "";
  let count = 0;
  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-draft-")));
    place.storage = join(root, "storage");
    mkdirSync(join(root, "home"));
    place.drafts = openDrafts({ storage: place.storage, worker, environment: quiet(root) });
    place.bodies = keptBodies();
  });
  after(async () => {
    await place.drafts[Symbol.asyncDispose]();
    makeDeletable(root);
    rmSync(root, { recursive: true, force: true });
  });
  place.folder = (files = {}) => {
    const folder = join(root, `project${++count}`);
    mkdirSync(folder);
    put(folder, files);
    return folder;
  };
  place.repository = (files) => {
    const folder = place.folder(files);
    git(folder, "init", "-q", "-b", "main");
    commitAll(folder);
    return folder;
  };
  place.make = (folder, unsaved = []) => place.drafts.make(folder, place.bodies, unsaved, () => undefined);
  return place;
}

/** An environment in which git finds no settings but the repository's own. */
export function quiet(root: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: join(root, "home") };
}

export function git(folder: string, ...args: string[]): string {
  return execFileSync(
    "git",
    ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false", ...args],
    {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

export function commitAll(folder: string): void {
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "--allow-empty", "-m", "base");
}

export function put(folder: string, files: Record<string, string | Buffer>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Every regular file below a folder with its text, sorted; links as "-> target". */
export function tree(folder: string): Record<string, string> {
  const found: [string, string][] = [];
  const visit = (at: string): void => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = at + entry.name;
      if (entry.isDirectory()) visit(`${path}/`);
      else if (entry.isSymbolicLink()) found.push([path, `-> ${readlinkSync(join(folder, path))}`]);
      else found.push([path, readFileSync(join(folder, path), "utf8")]);
    }
  };
  visit("");
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Everything that can be told of a folder from outside, `.git` included, but the time of the last reading. */
export function everything(folder: string): string[] {
  const lines: string[] = [];
  const visit = (path: string): void => {
    const stat = lstatSync(path, { bigint: true });
    const content = stat.isFile()
      ? createHash("sha256").update(readFileSync(path)).digest("hex")
      : stat.isSymbolicLink()
        ? readlinkSync(path)
        : "";
    lines.push(
      [path, stat.mode, stat.ino, stat.nlink, stat.uid, stat.size, stat.mtimeNs, stat.ctimeNs, content].join(" "),
    );
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
  };
  visit(folder);
  return lines;
}

export function keptBodies(): KeptBodies {
  const kept = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const id = createHash("sha256").update(bytes).digest("hex");
      kept.set(id, bytes.slice());
      return id;
    },
    async get(id) {
      const bytes = kept.get(id);
      if (!bytes) throw new Error(`no body ${id}`);
      return bytes;
    },
    has: (id) => kept.has(id),
    text: (id) => (id === null ? null : Buffer.from(kept.get(id) ?? Buffer.from("(no body)")).toString("utf8")),
  };
}

/** Changes with their texts, as "path: before -> after". */
export function told(changes: readonly TreeChange[], bodies: KeptBodies): string[] {
  return changes.map(
    ({ path, before, now }) => `${path}: ${bodies.text(before) ?? "nothing"} -> ${bodies.text(now) ?? "nothing"}`,
  );
}

/** Resolves when `state` holds. */
export async function until(state: () => boolean): Promise<void> {
  while (!state()) await new Promise((resolve) => setImmediate(resolve));
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function makeDeletable(folder: string): void {
  if (!existsSync(folder)) return;
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeDeletable(join(folder, entry.name));
}
