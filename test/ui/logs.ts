/**
 * Logs: a session's log read from the disk by its documented format alone.
 *
 * Every line is checked: eight hexadecimal digits of CRC-32, a space, JSON; a checkpoint line begins with "=".
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

export type LoggedEvent = { seq: number; kind: string } & Record<string, unknown>;

/** The events of the newest session below a server's data folder. Throws on a line that is not as it should be. */
export function readLog(dataDir: string): LoggedEvent[] {
  const sessions = join(dataDir, "data/User/globalStorage/countersign.countersign/sessions");
  if (!existsSync(sessions)) return [];
  const newest = readdirSync(sessions).sort().at(-1);
  if (newest === undefined) return [];
  const lines = readFileSync(join(sessions, newest, "log"), "utf8")
    .split("\n")
    .slice(0, -1);
  return lines
    .filter((line) => !line.startsWith("="))
    .map((line) => {
      const json = line.slice(9);
      if (crc32(json).toString(16).padStart(8, "0") !== line.slice(0, 8))
        throw new Error(`bad line in the log: ${line.slice(0, 80)}`);
      return JSON.parse(json) as LoggedEvent;
    });
}
