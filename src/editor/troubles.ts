/**
 * The log channel, with a memory for its last problems.
 *
 * Always: what is logged goes to the channel unchanged; of it only the gist of the last few warnings and errors is kept, in
 * this window alone.
 */
import type { LogOutputChannel } from "vscode";
import { gist, type Trouble } from "./diagnosis.ts";

const kept = 10;

export interface Troubles {
  /** The channel: `error` for what was not done, `warn` for what was passed by, `info` for steps, `debug` for the rest. */
  log: LogOutputChannel;
  /** Oldest first. */
  last(): readonly Trouble[];
}

export function keepTroubles(channel: LogOutputChannel): Troubles {
  const troubles: Trouble[] = [];
  const keep = (level: Trouble["level"], problem: unknown): void => {
    troubles.push({ at: Date.now(), level, text: gist(problem) });
    if (troubles.length > kept) troubles.shift();
  };
  const log = new Proxy(channel, {
    get: (target, name): unknown => {
      if (name === "error" || name === "warn")
        return (problem: string | Error, ...more: unknown[]) => {
          keep(name === "warn" ? "warning" : "error", problem);
          if (name === "error") target.error(problem, ...more);
          else target.warn(String(problem), ...more);
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { log, last: () => troubles };
}
