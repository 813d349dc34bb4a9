/**
 * Real pairs of files: successive published versions from the list in `test/proof/review-pairs.json`, and what has to
 * hold for the hunks of each.
 *
 * Every pair's hunks are applied by choice in four ways that share no code: by the review core, by a splicer of a few
 * lines, by `git apply` and by GNU patch, the latter two in batches with headers renumbered for the choice.
 * Always: no two pairs are equal, and no package gives over a tenth of what is drawn.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cache } from "../../../scripts/setup.mjs";
import { apply, hunksOf, type Hunk } from "../../../src/review/api.ts";
import { packagesReady } from "../../bench/reviewPackages.ts";
import { seeded } from "../../bench/reviewPairs.ts";

export interface RealPair {
  package: string;
  from: string;
  to: string;
  path: string;
}

type List = Record<string, string[]>;
const listFile = fileURLToPath(new URL("../../proof/review-pairs.json", import.meta.url));
const largest = 1_500_000;

/** Every differing pair of text files of these packages, or of all of the list. */
export async function realPairs(
  only?: readonly string[],
): Promise<{ pairs: RealPair[]; folder: (spec: string) => string } | { cause: string }> {
  const all = JSON.parse(readFileSync(listFile, "utf8")) as List;
  const list = Object.fromEntries(Object.entries(all).filter(([name]) => !only || only.includes(name)));
  const fetched = await packagesReady(
    Object.entries(list).flatMap(([name, versions]) => versions.map((one) => `${name}@${one}`)),
  );
  if (fetched.kind === "missing") return { cause: fetched.cause };
  const key = createHash("sha256").update(JSON.stringify(list)).digest("hex").slice(0, 16);
  const index = join(cache, "fixtures", `review-pairs-${key}.json`);
  if (!existsSync(index)) {
    const seen = new Set<string>();
    const pairs = Object.entries(list).flatMap(([name, versions]) =>
      versions.slice(1).flatMap((to, at) => pairsBetween(name, versions[at]!, to, fetched.folder, seen)),
    );
    mkdirSync(dirname(index), { recursive: true });
    writeFileSync(`${index}.${process.pid}`, JSON.stringify(pairs));
    renameSync(`${index}.${process.pid}`, index);
  }
  return { pairs: JSON.parse(readFileSync(index, "utf8")) as RealPair[], folder: fetched.folder };
}

function pairsBetween(
  name: string,
  from: string,
  to: string,
  folderOf: (spec: string) => string,
  seen: Set<string>,
): RealPair[] {
  const [old, now] = [folderOf(`${name}@${from}`), folderOf(`${name}@${to}`)];
  const paths = (readdirSync(old, { recursive: true }) as string[]).sort();
  return paths.flatMap((path) => {
    const [before, after] = [textAt(join(old, path)), textAt(join(now, path))];
    if (before === null || after === null || before === after) return [];
    const key = createHash("sha1").update(before).update("\0").update(after).digest("base64");
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ package: name, from, to, path }];
  });
}

/** Null for what is no file, no text, or very large. Source maps are left out: they are data on one line. */
function textAt(path: string): string | null {
  const size = statSync(path, { throwIfNoEntry: false });
  if (!size?.isFile() || size.size > largest || /\.(map|png|jpg|gif|woff2?|ttf|ico|zip|gz|wasm|node)$/.test(path))
    return null;
  const bytes = readFileSync(path);
  if (bytes.includes(0)) return null;
  const text = bytes.toString("utf8");
  return Buffer.byteLength(text) === bytes.length && !text.includes("\ufffd") ? text : null;
}

/** `count` pairs in an order that the seed gives, at most a tenth of them from one package. */
export function drawn(pairs: readonly RealPair[], count: number, seed: number, share = 0.1): RealPair[] {
  const random = seeded(seed);
  const order = pairs.map((pair) => ({ pair, at: random() })).sort((a, b) => a.at - b.at);
  const most = Math.floor(count * share);
  const of = new Map<string, number>();
  const result: RealPair[] = [];
  for (const { pair } of order) {
    const taken = of.get(pair.package) ?? 0;
    if (taken >= most) continue;
    of.set(pair.package, taken + 1);
    result.push(pair);
    if (result.length === count) break;
  }
  return result;
}

export interface Outcome {
  tried: number;
  /** Pairs with ten or more hunks. */
  many: number;
  failures: string[];
  /** Why a tool was left out, where it was. */
  missing: string[];
}

/** Checks the pairs in batches; every tenth again in other shapes. */
export function checkPairs(pairs: readonly RealPair[], folder: (spec: string) => string, seed: number): Outcome {
  const outcome: Outcome = { tried: 0, many: 0, failures: [], missing: [] };
  const tools = (["git", "patch"] as const).filter((tool) => spawnSync(tool, ["--version"]).status === 0);
  for (const tool of ["git", "patch"])
    if (!tools.includes(tool as never)) outcome.missing.push(`${tool} could not run`);
  const random = seeded(seed);
  let batch: Case[] = [];
  const flush = () => {
    for (const tool of tools)
      outcome.failures.push(
        ...appliedBy(
          tool,
          batch.filter((one) => !one.splicerOnly),
        ),
      );
    batch = [];
  };
  pairs.forEach((pair, index) => {
    const read = (version: string) => readFileSync(join(folder(`${pair.package}@${version}`), pair.path), "utf8");
    const [before, after] = [read(pair.from), read(pair.to)];
    const name = `${pair.package} ${pair.from} to ${pair.to}, ${pair.path}`;
    const tenth = Math.floor(seeded(seed + index)() * 10) === 0;
    for (const shape of tenth ? shapes : shapes.slice(0, 1)) {
      const [old, now] = [shape.of(before), shape.of(after)];
      if (old === now) continue;
      outcome.tried++;
      const one = checkOne(`${name} (${shape.name})`, old, now, random, shape.splicerOnly ?? false);
      if (typeof one === "string") outcome.failures.push(one);
      else {
        if (one.hunks >= 10 && shape.name === "as published") outcome.many++;
        batch.push(one);
      }
    }
    if (batch.length >= 300) flush();
  });
  flush();
  return outcome;
}

interface Case {
  name: string;
  before: string;
  chosen: Hunk[];
  result: string;
  hunks: number;
  splicerOnly: boolean;
}

function checkOne(
  name: string,
  before: string,
  after: string,
  random: () => number,
  splicerOnly: boolean,
): Case | string {
  const hunks = hunksOf(before, after);
  const ids = hunks.map(({ id }) => id);
  if (new Set(ids).size !== ids.length) return `${name}: two hunks have one id`;
  if (apply(before, hunks, ids) !== after) return `${name}: all hunks do not give the new text`;
  if (apply(before, hunks, []) !== before) return `${name}: no hunk does not give the old text`;
  const share = random();
  const chosen = hunks.filter(() => random() < share).sort(() => random() - 0.5);
  const result = apply(
    before,
    hunks,
    chosen.map(({ id }) => id),
  );
  if (result !== spliced(before, chosen)) return `${name}: a choice of hunks gives another text than the splicer's`;
  return { name, before, chosen, result, hunks: hunks.length, splicerOnly };
}

/** The splicer: from the last hunk to the first, on the lines of the old text, cut by a pattern of its own. */
function spliced(before: string, chosen: readonly Hunk[]): string {
  const lines = before.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
  for (const hunk of [...chosen].sort((a, b) => b.from - a.from)) {
    if (lines.slice(hunk.from, hunk.to).join("") !== hunk.old) return "the hunk's old lines are not there";
    lines.splice(hunk.from, hunk.to - hunk.from, hunk.new);
  }
  return lines.join("");
}

/** Writes the batch out, applies one patch of all of it, and names the files that came out otherwise. */
function appliedBy(tool: "git" | "patch", batch: readonly Case[]): string[] {
  if (batch.length === 0) return [];
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "countersign-pairs-"));
  try {
    batch.forEach(({ before }, index) => writeFileSync(join(folder, `f${index}`), before));
    const input = batch.map(({ before, chosen }, index) => patchOf(`f${index}`, before, chosen)).join("");
    if (input === "") return [];
    const args =
      tool === "git"
        ? ["-c", "core.autocrlf=false", "apply", "--unidiff-zero", "--whitespace=nowarn", "-"]
        : ["--binary", "--fuzz=0", "--force", "--silent", "-p1"];
    const env = {
      ...process.env,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_CEILING_DIRECTORIES: dirname(folder),
    };
    const done = spawnSync(tool, args, { cwd: folder, input, env, maxBuffer: 1 << 28 });
    const failures = batch.flatMap(({ name, result }, index) => {
      const path = join(folder, `f${index}`);
      const found = existsSync(path) ? readFileSync(path, "utf8") : "";
      return found === result ? [] : [`${name}: ${tool} gives another text`];
    });
    return failures.length > 0 && done.status !== 0
      ? [...failures.slice(0, 3), `${tool}: ${String(done.stderr).slice(0, 300)}`]
      : failures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A patch without context. These tools know lines by LF alone, so a hunk within such a line is widened to the whole. */
function patchOf(name: string, before: string, chosen: readonly Hunk[]): string {
  const starts = [0, ...[...before.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  const offset = (line: number) => starts[line] ?? before.length;
  const edits: { from: number; to: number; text: string }[] = [];
  for (const hunk of [...chosen].sort((a, b) => a.from - b.from)) {
    const from = offset(hunk.from) === 0 ? 0 : before.lastIndexOf("\n", offset(hunk.from) - 1) + 1;
    const at = offset(hunk.from);
    const end = at + hunk.old.length;
    const head = before.slice(from, at) + hunk.new;
    const ended = (text: string) => text === "" || text.endsWith("\n");
    const whole = end === before.length || (ended(head) && ended(before.slice(0, end).slice(-1)));
    const found = before.indexOf("\n", end);
    const to = whole ? end : found < 0 ? before.length : found + 1;
    const text = head + before.slice(end, to);
    const last = edits.at(-1);
    // Two hunks in one such line: the second is made in what the first made of it.
    if (last && from < last.to) {
      const kept = last.to;
      last.text = last.text.slice(0, last.text.length - (kept - at)) + hunk.new + before.slice(end, Math.max(kept, to));
      last.to = Math.max(kept, to);
    } else edits.push({ from, to, text });
  }
  if (edits.length === 0) return "";
  let shift = 0;
  let patch = `--- a/${name}\n+++ b/${name}\n`;
  let line = 0;
  let counted = 0;
  for (const { from, to, text } of edits) {
    for (let at = before.indexOf("\n", counted); at >= 0 && at < from; at = before.indexOf("\n", at + 1)) line++;
    counted = from;
    const old = feedLines(before.slice(from, to));
    const now = feedLines(text);
    const at = (lines: number, first: number) => `${lines === 0 ? first : first + 1},${lines}`;
    patch += `@@ -${at(old.length, line)} +${at(now.length, line + shift)} @@\n`;
    for (const [sign, lines] of [
      ["-", old],
      ["+", now],
    ] as const)
      for (const each of lines)
        patch += each.endsWith("\n") ? sign + each : `${sign}${each}\n\\ No newline at end of file\n`;
    shift += now.length - old.length;
  }
  return patch;
}

function feedLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Every shape makes the same of the same line, so that equal lines stay equal. */
const shapes: { name: string; of: (text: string) => string; splicerOnly?: boolean }[] = [
  { name: "as published", of: (text) => text },
  { name: "CRLF", of: (text) => text.replace(/\r?\n/g, "\r\n") },
  {
    name: "mixed ends",
    of: (text) => text.replace(/([^\n]*)\n/g, (_, line: string) => line + ["\n", "\r\n", "\n", "\r"][line.length % 4]!),
  },
  { name: "byte order mark", of: (text) => `\ufeff${text}` },
  { name: "no final newline", of: (text) => text.replace(/\n+$/, "") },
  { name: "tabs", of: (text) => text.replace(/^ +/gm, (blanks) => "\t".repeat(Math.ceil(blanks.length / 2))) },
  { name: "very long lines", of: (text) => text.replace(/\n(?!.*[{}]\n)/g, " ") },
  { name: "astral characters", of: (text) => text.replace(/e/g, "\u{1f600}") },
  {
    name: "halves of characters",
    of: (text) => text.replace(/e/g, "\ud83d").replace(/o/g, "\ude00"),
    splicerOnly: true,
  },
];
