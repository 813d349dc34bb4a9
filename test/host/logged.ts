/**
 * What is in a session's log on the disk, read by its documented format alone.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { readLog, type LoggedEvent } from "../ui/logs.ts";

/** The data folder of the host that runs these tests. */
function dataDir(): string {
  const folder = process.env["COUNTERSIGN_HOST_DATA"];
  assert.ok(folder, "COUNTERSIGN_HOST_DATA names the data folder of this host");
  return folder;
}

/** Where a session's log is. */
export function logOf(session: string): string {
  return join(dataDir(), "data/User/globalStorage/countersign.countersign/sessions", session, "log");
}

/** The events of the newest session. */
export function newestLog(): LoggedEvent[] {
  return readLog(dataDir());
}

/** The events by which anything was decided. */
export function decisionsIn(events: readonly LoggedEvent[]): string[] {
  const deciding = ["accepting", "accepted", "rejected", "undoing", "undone", "saved", "withdrawn"];
  return events.map((event) => event.kind).filter((kind) => deciding.includes(kind));
}
