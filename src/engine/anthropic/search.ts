/**
 * Search: finding files by name and lines by pattern in the draft, in a thread that can be ended at any moment.
 *
 * Edges: reads below the root only; starts no process, wherever a search program may stand on the PATH. The pattern is the
 * model's and may backtrack for ever, and the tree may be huge: so both are the thread's, and the caller's thread stays free.
 * Always: no link is followed and nothing but regular files is opened; after an abort or the time limit the thread is gone.
 */
import { Worker, type MessagePort } from "node:worker_threads";
import { keepsSecrets, leadsIntoRepository } from "../guard.ts";

/** What to look for, below `root`; `path` is relative to it, already judged, "" for the root itself. */
export interface Search {
  kind: "glob" | "grep";
  root: string;
  path: string;
  pattern: string;
}

export type Found =
  | { kind: "found"; lines: string[]; notes: string[] }
  /** The pattern is none. */
  | { kind: "invalid"; why: string };

/** What a search may cost. */
interface Bounds {
  entries: number;
  depth: number;
  results: number;
  characters: number;
  lineLength: number;
  fileBytes: number;
}

const bounds: Bounds = {
  entries: 200_000,
  depth: 60,
  results: 2000,
  characters: 100_000,
  lineLength: 10_000,
  fileBytes: 16 * 1024 * 1024,
};

/** Milliseconds after which a search is cut short. */
const longest = 10_000;
const longestPattern = 2000;

/** Paths are relative to `path` in a thread's message. */
type Message = { hits: { path: string; text: string }[] } | { end: string[] } | { invalid: string };

/** Searches. Rejects with the signal's reason when it is aborted. */
export async function search(wanted: Search, signal: AbortSignal, limit = longest): Promise<Found> {
  signal.throwIfAborted();
  if (wanted.pattern.length > longestPattern)
    return { kind: "invalid", why: `the pattern is longer than ${longestPattern} characters` };
  const worker = new Worker(`(${below.toString()})()`, {
    eval: true,
    workerData: { ...wanted, bounds },
    // Nothing of this process's environment and no preload belongs into that thread.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    // A deeply nested pattern needs more of it than a thread has by default; running out would end the whole process.
    resourceLimits: { stackSizeMb: 8 },
  });
  const lines: string[] = [];
  const prefix = wanted.path === "" ? "" : `${wanted.path}/`;
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => {};
  try {
    return await new Promise<Found>((resolve, reject) => {
      stop = () => reject(signal.reason as Error);
      signal.addEventListener("abort", stop, { once: true });
      timer = setTimeout(() => {
        resolve({ kind: "found", lines, notes: [`[the search was cut short after ${limit / 1000} seconds]`] });
      }, limit);
      worker.on("error", (error) => resolve({ kind: "invalid", why: error.message }));
      worker.on("exit", () => resolve({ kind: "found", lines, notes: ["[the search ended early]"] }));
      worker.on("message", (message: Message) => {
        if ("invalid" in message) return resolve({ kind: "invalid", why: message.invalid });
        if ("end" in message) return resolve({ kind: "found", lines, notes: message.end });
        for (const { path, text } of message.hits) {
          const whole = path === "" ? wanted.path : prefix + path;
          if (!leadsIntoRepository(whole) && !keepsSecrets(whole)) lines.push(whole + text);
        }
      });
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}

/**
 * The thread's program. Its own text is what the thread runs, so it may use nothing that stands outside of it but types and
 * what Node gives every thread.
 */
function below(): void {
  const fs = process.getBuiltinModule("node:fs");
  const { parentPort, workerData } = process.getBuiltinModule("node:worker_threads") as {
    parentPort: MessagePort | null;
    workerData: Search & { bounds: Bounds };
  };
  const { kind, root, path: start, pattern, bounds: most } = workerData;
  const post = (message: Message): void => parentPort?.postMessage(message);
  const notes = new Set<string>();
  let hits: { path: string; text: string }[] = [];
  let [entries, results, characters, full] = [0, 0, 0, false];

  const matches = matcher();
  if (matches !== null) {
    const from = start === "" ? root : `${root}/${start}`;
    const found = fs.lstatSync(from, { throwIfNoEntry: false });
    if (found?.isDirectory()) walk(from, "", 0);
    else if (found?.isFile()) file(from, "", start.slice(start.lastIndexOf("/") + 1));
    post({ hits });
    post({ end: [...notes] });
  }

  function matcher(): RegExp | null {
    try {
      return new RegExp(kind === "grep" ? pattern : `^${expression(pattern.replace(/^(\.\/)+/, ""))}$`, "s");
    } catch (error) {
      post({ invalid: (error as Error).message });
      return null;
    }
  }

  function walk(folder: string, relative: string, depth: number): void {
    if (depth > most.depth) return void notes.add(`[folders more than ${most.depth} deep were left out]`);
    let names;
    try {
      names = fs.readdirSync(folder, { withFileTypes: true });
    } catch {
      return void notes.add("[a folder could not be read]");
    }
    names.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of names) {
      if (full) return;
      if (entry.name.toLowerCase() === ".git" || entry.name === "node_modules") continue;
      if (++entries > most.entries) {
        full = true;
        return void notes.add(`[only the first ${most.entries} entries were looked at]`);
      }
      const [path, name] = [`${folder}/${entry.name}`, relative + entry.name];
      if (entry.isDirectory()) walk(path, `${name}/`, depth + 1);
      else if (entry.isFile()) file(path, name, name);
    }
  }

  function file(path: string, shown: string, name: string): void {
    if (kind === "grep") lines(path, shown);
    else if (matches?.test(name)) hit(shown, "");
  }

  function lines(path: string, shown: string): void {
    const bytes = contents(path, shown);
    if (bytes === null || bytes.includes(0)) return;
    for (const [index, line] of bytes
      .toString("utf8")
      .split(/\r\n|\n/)
      .entries()) {
      if (full) return;
      if (line.length > most.lineLength) notes.add(`[lines above ${most.lineLength} characters were left out]`);
      else if (matches?.test(line)) hit(shown, `:${index + 1}:${line}`);
    }
  }

  function contents(path: string, shown: string): Buffer | null {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
    let handle: number | undefined;
    try {
      handle = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      const { size } = fs.fstatSync(handle);
      if (size <= most.fileBytes) return fs.readFileSync(handle);
      notes.add(`[${shown} is too large to be searched]`);
    } catch {
      notes.add("[a file could not be read]");
    } finally {
      if (handle !== undefined) fs.closeSync(handle);
    }
    return null;
  }

  function hit(path: string, text: string): void {
    hits.push({ path, text });
    characters += path.length + text.length + 1;
    if (++results >= most.results || characters > most.characters) {
      full = true;
      notes.add(`[there may be more: only the first ${results} results are shown]`);
    }
    if (hits.length < 100) return;
    post({ hits });
    hits = [];
  }

  /** A pattern for paths as a regular expression: `*` `?` `[a-z]` stay inside a name, `**` stands for any folders, `{a,b}` for either. */
  function expression(glob: string): string {
    let made = "";
    let open = 0;
    for (let at = 0; at < glob.length; at++) {
      const sign = glob.charAt(at);
      const set = sign === "[" ? /^\[[!^]?\]?[^\]/]*\]/.exec(glob.slice(at))?.[0] : undefined;
      if (sign === "*" && glob.charAt(at + 1) === "*") {
        const alone = (at === 0 || glob.charAt(at - 1) === "/") && /^\*\*(\/|$)/.test(glob.slice(at));
        while (glob.charAt(at + 1) === "*") at++;
        if (!alone) made += "[^/]*";
        else if (at === glob.length - 1) made += ".*";
        else {
          made += "(?:[^/]+/)*";
          at++;
        }
      } else if (sign === "*") made += "[^/]*";
      else if (sign === "?") made += "[^/]";
      else if (set !== undefined) {
        const negated = /^\[[!^]/.test(set);
        made += `(?!/)[${negated ? "^" : ""}${set.slice(negated ? 2 : 1, -1).replaceAll(/[\\[\]^]/g, "\\$&")}]`;
        at += set.length - 1;
      } else if (sign === "{" && glob.includes("}", at)) {
        made += "(?:";
        open++;
      } else if (sign === "}" && open > 0) {
        made += ")";
        open--;
      } else if (sign === "," && open > 0) made += "|";
      else {
        if (sign === "\\") at++;
        made += glob.charAt(at).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
      }
    }
    return made;
  }
}
