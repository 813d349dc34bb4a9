/**
 * What an engine for an outside agent is made from.
 *
 * Types only.
 */
import type { AgentHere, AgentPlace, AgentStart, ToolServer } from "../../protocol/index.ts";

export interface AcpOptions extends Pick<AgentHere, "mayRead" | "met"> {
  /** As the person knows it. It is also what its sessions are found again by. */
  name: string;
  /** Starts it for one turn, with the draft as its folder. */
  start(place: AgentPlace, signal: AbortSignal): Promise<AgentStart>;
  /** Servers of tools from the person's own settings, passed on as they are. */
  servers: readonly ToolServer[];
}
