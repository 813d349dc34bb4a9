/**
 * Any agent that speaks the Agent Client Protocol, as an engine.
 *
 * Edges: the only folder that imports the protocol's SDK; loaded on first use. It starts nothing by itself: how the agent is started, and
 * what holds it, reaches it as an argument.
 * Always: the last event of a turn is `ended`; an abort ends it within a second; what the agent changed is found by whoever looks at the draft.
 */
import type { Engine, EngineEvent } from "../../protocol/index.ts";
import { faultOf } from "./faults.ts";
import type { AcpOptions } from "./options.ts";
import { runTurn } from "./turn.ts";

/** An engine for one agent. It keeps nothing between turns; neither does the agent's process. */
export function acpEngine(options: AcpOptions): Engine {
  return {
    run: async function* (turn, signal): AsyncGenerator<EngineEvent> {
      try {
        yield* runTurn(options, turn, signal);
      } catch (error) {
        const standing = { name: options.name, logins: [], gone: null, garbage: { lines: 0, first: "" }, mute: false };
        yield signal.aborted ? { kind: "ended", how: "stopped" } : faultOf(error, standing);
      }
    },
  };
}

export { configurationIn } from "./masking.ts";
export type { AcpOptions };
