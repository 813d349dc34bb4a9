/**
 * The log channel: in front of it the one redactor, beside it a memory for its last problems.
 *
 * Always: nothing reaches the channel but without secrets, whatever its level: known shapes, and the exact values that this window
 * has read from the secret storage or put into it. Of what was logged only the gist of the last few warnings and errors is kept, in
 * this window alone.
 */
import type { LogOutputChannel, SecretStorage } from "vscode";
import { withoutSecrets } from "../protocol/secrets.ts";
import { gist, textOf, type Trouble } from "./diagnosis.ts";

const kept = 10;

export interface Troubles {
  /** The channel: `error` for what was not done, `warn` for what was passed by, `info` for steps, `debug` for the rest. */
  log: LogOutputChannel;
  /** Oldest first. */
  last(): readonly Trouble[];
  /** The storage, with every value that is read from it or put into it taken out of what is logged from then on. */
  watched(secrets: SecretStorage): SecretStorage;
  /** A text for people or a report, without secrets. */
  clean(text: string): string;
}

export function keepTroubles(channel: LogOutputChannel): Troubles {
  const troubles: Trouble[] = [];
  const known = new Set<string>();
  const clean = (text: string): string => withoutSecrets(text, known);
  const cleaned = (given: unknown): unknown => {
    if (typeof given === "string") return clean(given);
    return typeof given === "object" && given !== null ? clean(textOf(given)) : given;
  };
  const keep = (level: Trouble["level"], problem: unknown): void => {
    troubles.push({ at: Date.now(), level, text: gist(cleaned(problem)) });
    if (troubles.length > kept) troubles.shift();
  };
  const log = new Proxy(channel, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (name === "error" || name === "warn") keep(name === "warn" ? "warning" : "error", given[0]);
        return Reflect.apply(value, target, given.map(cleaned)) as unknown;
      };
    },
  });
  const learn = (value: string | undefined): void => {
    if (value !== undefined) known.add(value).add(value.trim());
  };
  return {
    log,
    last: () => troubles,
    clean,
    watched: (secrets) =>
      new Proxy(secrets, {
        get: (target, name): unknown => {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          return (...given: unknown[]): unknown => {
            if (name === "store") learn(given[1] as string);
            const result: unknown = Reflect.apply(value, target, given);
            if (name === "get") void (result as Promise<string | undefined>).then(learn, () => {});
            return result;
          };
        },
      }),
  };
}
