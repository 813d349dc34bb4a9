/**
 * Many hostile names, each with every tool, in sessions on hostile ground: how many were tried, and which got further than they may.
 */
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { parsePageMessage } from "../../../src/protocol/view.ts";
import { effectOfName } from "../../../src/review/protected.ts";
import { chanceOf } from "../session/chance.ts";
import { answers, calls, onHostileGround, says, secret, type Step } from "./ground.ts";
import { hostileNames } from "./names.ts";

export interface Tried {
  tried: number;
  failed: number;
  cases: unknown[];
}

const tools: readonly [name: string, input: (path: string) => object][] = [
  ["read", (path) => ({ file_path: path })],
  ["write", (path) => ({ file_path: path, content: "pwned" })],
  ["edit", (path) => ({ file_path: path, old_string: "secret", new_string: "pwned" })],
  ["delete", (path) => ({ file_path: path })],
  ["grep", (path) => ({ pattern: "secret", path })],
  ["glob", (path) => ({ pattern: "**/*", path })],
];

/** Tries so many names. A session that was not held counts as one failure more, with what it said. */
export async function namesTried({ seed, names }: { seed: number; names: number }): Promise<Tried> {
  const cases: unknown[] = [];
  let tried = 0;
  try {
    await onHostileGround(
      {
        turns: (place) => {
          const paths = hostileNames(place, names, seed);
          const each = paths.flatMap((path) =>
            tools
              .filter(([name]) => path !== "" || !["grep", "glob"].includes(name))
              .map(([name, input]) => calls(name, input(path))),
          );
          const steps: Step[] = [{ blocks: [calls("plan", { steps: [] })] }];
          for (let at = 0; at < each.length; at += 60) steps.push({ blocks: each.slice(at, at + 60) });
          steps[1] = {
            ...steps[1]!,
            meanwhile: (ground) => {
              const draft = ground.draft();
              for (const [name, target] of [
                ["linked", ground.outside],
                ["planted", ground.root],
                ["leaf", join(ground.outside, "secret.txt")],
                ["dangling", join(ground.outside, "not-yet")],
              ] as const)
                symlinkSync(target, join(draft, name));
              mkdirSync(join(draft, ".git/hooks"), { recursive: true });
            },
          };
          return [[...steps, { blocks: [says("That is all.")] }]];
        },
      },
      async (ground) => {
        for (const { name, ok, text, input } of answers(ground)) {
          if (name === "plan") continue;
          tried += 1;
          if (ok || text.includes(secret) || text.includes("root:"))
            cases.push({ name, input, ok, text: text.slice(0, 200) });
        }
        // A link is a change of its own, to be decided by itself: what was tried is that nothing goes through it.
        const unread = (await ground.files())
          .filter(({ change, hunks }) => change !== "link" || hunks.some(({ apart }) => apart !== "protected"))
          .map((file) => file.path);
        if (unread.length > 0) cases.push({ proposed: unread });
      },
    );
  } catch (error) {
    cases.push({ said: (error as Error).message.slice(0, 2_000) });
  }
  return { tried, failed: cases.length, cases };
}

/** Protected names in random disguises, each of which some file system takes for the name itself. */
export function disguisesTried({ seed, count }: { seed: number; count: number }): Tried {
  const chance = chanceOf(seed);
  const cases: unknown[] = [];
  const names = [
    ".vscode/tasks.json",
    ".cursor/mcp.json",
    ".claude/settings.json",
    ".mcp.json",
    ".gitattributes",
    ".gitmodules",
    ".husky/pre-commit",
    ".github/workflows/x.yml",
    ".npmrc",
    ".envrc",
    ".bashrc",
    ".countersign/rules.yml",
    "agents.md",
    "x.code-workspace",
  ];
  const ignored = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f"];
  const disguise = (name: string): string =>
    [...name]
      .map((letter) => {
        if (letter === "/") return chance.of(["/", "/", "\\", "./", " /", ". ./"]);
        if (letter === "s" && chance.in(0.1)) return "\u017f";
        if (letter === "k" && chance.in(0.1)) return "\u212a";
        if (/[a-z]/.test(letter) && chance.in(0.1)) return String.fromCodePoint(letter.codePointAt(0)! + 0xfee0);
        const shown = chance.in(0.5) ? letter.toUpperCase() : letter;
        return chance.in(0.1) ? shown + chance.of(ignored) : shown;
      })
      .join("");
  for (let at = 0; at < count; at++) {
    const name =
      chance.of(["", "", "packages/a/", "x y/"]) +
      disguise(chance.of(names)) +
      chance.of(["", "", ".", " ", ". .", "::$DATA"]);
    if (effectOfName(name) === null) cases.push({ name });
  }
  return { tried: count, failed: cases.length, cases: cases.slice(0, 20) };
}

/** Messages of the page, each altered in one place: none of them may be believed. */
export function messagesTried({ seed, count }: { seed: number; count: number }): Tried {
  const chance = chanceOf(seed);
  const cases: unknown[] = [];
  const token = "t".repeat(32);
  const item = { file: "f1", revision: 3, hunks: ["h1", "h2"] };
  const messages = [
    ...["accept", "reject", "take", "keep"].map((kind) => ({ kind, token, items: [item] })),
    { kind: "undo", token, decision: 4 },
    { kind: "open", token, file: "f1", line: 3 },
    { kind: "action", token, action: "trust" },
    { kind: "follow", token, text: "words" },
  ];
  const wrong: unknown[] = [null, true, {}, [], [[]], { toString: "x" }, Number.NaN, "\u0000", () => 1];
  for (let at = 0; at < count; at++) {
    const message = structuredClone(chance.of(messages)) as Record<string, unknown>;
    const inner =
      Array.isArray(message["items"]) && chance.in(0.5) ? (message["items"][0] as Record<string, unknown>) : message;
    const key = chance.of(Object.keys(inner).filter((one) => one !== "decision"));
    const value = inner[key];
    if (chance.in(0.2)) delete inner[key];
    else if (key === "token") inner[key] = chance.of([token.slice(1), `${token}t`, token.toUpperCase(), ""]);
    else if (key === "text" || key === "file") inner[key] = chance.of([1, null, [value]]);
    else inner[key] = chance.of(Array.isArray(value) ? [...wrong.slice(0, 3), wrong[5], value[0]] : wrong);
    if (parsePageMessage(message, token) !== null) cases.push({ message });
  }
  return { tried: count, failed: cases.length, cases: cases.slice(0, 20) };
}
