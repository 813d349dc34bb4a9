/**
 * Which classes of attacks go through which family: by an action, by a scene, by tests that are there for it already; or why that family
 * has no part in it, with a guard that fails on the day it has.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attacks } from "../../table/attacks.ts";
import type { Family } from "./actions.ts";

export interface Apart {
  ids: readonly string[];
  families: readonly Family[];
  why: string;
  /** The sentence that says what has changed; null while it holds. */
  guard: (id: string) => string | null;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const both = ["loop", "agent"] as const;

/** The class has its tests, without either family. */
function tested(id: string): string | null {
  const row = attacks.flatMap(({ rows }) => rows).find((one) => one.id === id);
  if (row === undefined) return `${id} is not in the table`;
  return "tests" in row ? (row.tests.length > 0 ? null : `${id} names no test`) : row.guard();
}

/** No source of these folders has it. */
const absent =
  (folders: readonly string[], pattern: RegExp) =>
  (id: string): string | null => {
    const found = folders
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${String(name)}`),
      )
      .find((file) => file.endsWith(".ts") && pattern.test(readFileSync(join(root, file), "utf8")));
    return found === undefined ? tested(id) : `${found} has ${pattern}: the class needs its action`;
  };

export const apart: readonly Apart[] = [
  {
    ids: ["A03"],
    families: ["loop"],
    why: "a session, and with it every request, begins after the question for trust, which the editor alone asks",
    guard: absent(["src/engine", "src/session"], /isWorkspaceTrusted|isTrusted\b/),
  },
  {
    ids: ["A04", "A38"],
    families: ["loop"],
    why: "the command tool's own tests exchange what a line leads to, and show the line byte by byte",
    guard: tested,
  },
  {
    ids: ["A14"],
    families: ["loop"],
    why: "nothing of the built-in agent's runs while one of its tools does: a command has ended, with all it started, when it is answered",
    guard: absent(["src/engine/anthropic"], /Promise\.all\([^)]*\brun\w*\(/),
  },
  {
    ids: ["A27"],
    families: both,
    why: "git's wrapper is asked by us alone, about the person's repository, before an agent begins",
    guard: absent(["src/engine"], /simple-git|system\/git/),
  },
  {
    ids: ["A33"],
    families: ["loop"],
    why: "the machines whose sandbox is taken away are played through both families apart from the table",
    guard: tested,
  },
  {
    ids: ["A43"],
    families: both,
    why: "messages of the page are the page's; what an agent says gets there as text",
    guard: absent(["src/engine"], /isTrusted|supportHtml|postMessage\(\{ ?kind: "(accept|reject)"/),
  },
  {
    ids: ["A45"],
    families: both,
    why: "every session on hostile ground is searched for the key and for every secret around it, by the ground itself",
    guard: tested,
  },
  {
    ids: ["A48", "A49"],
    families: both,
    why: "there is no listener but the demo's, and no address that another program opens",
    guard: absent(["src/engine", "src/session", "src/system"], /createServer\(|registerUriHandler/),
  },
  { ids: ["A51"], families: both, why: "nothing is checked yet", guard: tested },
  {
    ids: ["A53"],
    families: ["loop"],
    why: "the tools' own tests give them every odd input",
    guard: tested,
  },
];

/** Classes that are held against, in the order of the table. */
export const classes: readonly string[] = attacks.flatMap(({ rows }) => rows.map(({ id }) => id)).toSorted();
