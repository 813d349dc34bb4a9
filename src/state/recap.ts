/**
 * The recap: the answer to "where did we leave off?", from the log alone.
 *
 * Pure: no model, no network, no clock.
 */
import type { SessionId } from "../protocol/index.ts";
import { countsOf, type SessionState } from "./session-state.ts";
import { stateOf } from "./fold.ts";

export interface Recap {
  session: SessionId;
  goal: string;
  /** Wall times, milliseconds since 1970. */
  startedAt: number;
  lastAt: number;
  /** Turns begun. */
  turns: number;
  /** Files with something to decide. */
  files: number;
  accepted: number;
  rejected: number;
  pending: number;
  /** How the last turn ended; "working" while it runs or where nothing ended it; "not begun" before the first. */
  ended: string;
  /** What the engine or the product said about that end; may be empty. */
  reason: string;
  /** The last words of the agent, whole; may be empty. */
  lastSaid: string;
  connection: string;
}

export function recapOf(events: Iterable<unknown>): Recap {
  return recapOfState(stateOf(events));
}

export function recapOfState(state: SessionState): Recap {
  const said = state.talk.findLast((item) => item.kind === "said");
  return {
    session: state.session,
    goal: state.goal,
    startedAt: state.startedAt,
    lastAt: state.lastAt,
    turns: state.turn,
    ...countsOf(state),
    ended: state.turnOpen ? "working" : (state.ended?.how ?? "not begun"),
    reason: state.ended?.message ?? "",
    lastSaid: said?.kind === "said" ? said.text : "",
    connection: state.connection.name,
  };
}
