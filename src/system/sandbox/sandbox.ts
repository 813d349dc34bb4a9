/**
 * The sandbox as the rest of the project has it: found once, profiles held, commands run, all of it ended with the window.
 *
 * Always: no sandbox, no command; a profile that cannot be held starts nothing; closing ends whatever runs.
 */
import { rmSync } from "node:fs";
import type { Command, Sandbox, SandboxFound, SandboxProfile } from "../../protocol/index.ts";
import { copySettings, systemPlaces, toolsOn } from "./machine.ts";
import { ready } from "./mounting.ts";
import { probe } from "./probe.ts";
import { argumentsOf, environmentOf, type SystemPlace } from "./profile.ts";
import { endRecorded, settingsFolder } from "./records.ts";
import { runToEnd } from "./running.ts";
import { sharing } from "./sharing.ts";
import type { StartOptions } from "./starting.ts";
import { startTalking } from "./talking.ts";

export interface SandboxOptions {
  /** Absolute path of a folder of ours for the records of what runs; made when it is needed. */
  records: string;
  /** Where the person's programs are looked for; by default this process's. */
  environment?: NodeJS.ProcessEnv;
}

interface Prepared {
  kind: "ready";
  options: Omit<StartOptions, "talks" | "group" | "stood">;
}

interface Unready {
  kind: "not started";
  why: string;
}

/** Opens it. Nothing is started or asked before it is needed. */
export function openSandbox({ records, environment = process.env }: SandboxOptions): Sandbox & AsyncDisposable {
  let found: Promise<SandboxFound> | null = null;
  // Read once: what a system has of its own does not change under a window.
  let places: SystemPlace[] | null = null;
  const settings = settingsFolder(records);
  function settled(): SystemPlace[] {
    // One of a process of the same number before the machine was started anew, or half made, is none.
    rmSync(settings, { recursive: true, force: true });
    copySettings(settings);
    return systemPlaces(settings);
  }
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const drafts = new Map<string, { count: number; starting: Promise<void> }>();

  function probed(signal?: AbortSignal): Promise<SandboxFound> {
    const asked = (found ??= probe());
    asked.catch(() => (found = null));
    return signal === undefined ? asked : Promise.race([asked, aborted(signal)]);
  }

  /** What the start needs, or why there is none. `alone`: nothing else is in this draft. */
  async function prepare(command: Command, profile: SandboxProfile, alone: boolean): Promise<Prepared | Unready> {
    const tool = await probed();
    if (tool.kind === "none") return { kind: "not started", why: tool.why };
    const made = ready(profile, alone);
    if (made.kind === "refused") return { kind: "not started", why: made.why };
    const built = argumentsOf(made.profile, command, (places ??= settled()));
    if (built.kind === "refused") return { kind: "not started", why: built.why };
    const env = environmentOf(made.profile);
    return { kind: "ready", options: { file: tool.file, args: built.args, env, argv: command.argv, records } };
  }

  /**
   * Does one piece of work in a draft. Its start is its own: the next one in this draft begins to mount when this one stands. It is
   * counted, and found by closing, until `work` ends.
   */
  function inside<T>(draft: string, work: (alone: boolean, stood: () => void) => Promise<T>): Promise<T> {
    const place = drafts.get(draft) ?? { count: 0, starting: Promise.resolve() };
    drafts.set(draft, place);
    const before = place.starting;
    const alone = place.count === 0;
    place.count++;
    const { promise, resolve } = Promise.withResolvers<void>();
    place.starting = promise;
    const over = before
      .then(() => work(alone, resolve))
      .finally(() => {
        resolve();
        running.delete(over);
        if (--place.count === 0) drafts.delete(draft);
      });
    running.add(over);
    return over;
  }

  function both(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
  }

  return {
    probe: probed,
    share: (tree, draft, signal) => sharing(tree, draft, signal),
    tools: (tree, home) => toolsOn(environment.PATH ?? "", tree, home),
    run: (command, profile, limits, signal) =>
      inside(profile.draft, async (alone, stood) => {
        const prepared = await prepare(command, profile, alone);
        if (prepared.kind === "ready") return runToEnd({ ...prepared.options, stood }, limits, both(signal));
        const nothing = new Uint8Array(0);
        return {
          end: prepared,
          milliseconds: 0,
          output: { bytes: 0, whole: nothing, head: nothing, cut: 0, tail: nothing },
        };
      }),
    start: (command, profile, limits, signal) =>
      new Promise((resolve, reject) => {
        void inside(profile.draft, async (alone, stood) => {
          const prepared = await prepare(command, profile, alone);
          if (prepared.kind === "not started") return resolve(prepared);
          const begun = await startTalking({ ...prepared.options, stood }, limits, both(signal));
          resolve(begun);
          // It counts until it has ended.
          if (begun.kind === "started") await begun.process.ended;
        }).catch(reject);
      }),
    endLeftovers: () => endRecorded(records),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error("the window closes"));
      await Promise.allSettled(running);
      rmSync(settings, { recursive: true, force: true });
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}
