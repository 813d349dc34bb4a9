/**
 * How a connection is called where a person reads it.
 *
 * Pure.
 */
import type { Connection } from "./rooms.ts";

/** "api.anthropic.com · claude-sonnet-5-5", "Claude Code 0.100.0". */
export function connectionText({ name, model, agent }: Connection): string {
  return [name, ...(agent ? [agent.version] : ["·", model])].filter((part) => part !== "").join(" ");
}
