/**
 * The states of a stop in which a command of the built-in loop runs, in the sandbox of the product.
 *
 * Always: a state has ended when no process of the command lives any more.
 */
import type { TurnRequest } from "../../src/protocol/index.ts";
import type { openSandbox } from "../../src/system/sandbox/index.ts";
import { done, says } from "../unit/engine/api.ts";
import type { StopState } from "../unit/engine/stops.ts";
import { forking, forks, living, profileBelow, untilNone } from "../unit/system/sandbox/window.ts";

const limits = { time: 60_000, output: 1e12, memory: 4e9, processes: 1_000, whole: 0, head: 1_000, tail: 1_000 };

type Sandbox = ReturnType<typeof openSandbox>;

/** `root`: a folder of their own. */
export function commandStops(sandbox: Sandbox, root: string): StopState[] {
  const profile = profileBelow(root);
  return lines.map(([name, line, many, later = 0], index) => {
    const mark = `${process.pid}7${index}`;
    return {
      name,
      answers: () => [says([{ tool: "run_command", input: { command: line(mark) } }], "tool_use"), done],
      turn(draft, stop) {
        const commands: TurnRequest["commands"] = {
          limits,
          allowed: async () => "session",
          allow: async () => {},
          async run(asked, signal) {
            void when(() => living(mark) >= many, signal).then(() => setTimeout(stop, later));
            return sandbox.run(
              { argv: ["/bin/sh", "-c", asked.line], folder: "" },
              { ...profile, draft },
              limits,
              signal,
            );
          },
        };
        return { commands };
      },
      silent: async () => {
        if ((await untilNone(mark)) === Infinity) throw new Error(`${name}: something of it lives on`);
      },
    };
  });
}

type Line = [name: string, line: (mark: string) => string, processes: number, milliseconds?: number];

const lines: Line[] = [
  ["in a command that runs", (mark) => `sleep 3600.${mark}; true`, 1],
  ["in a command that forks a hundred children", (mark) => forking(mark)[2]!, forks],
  ["in a command that is deaf to being asked", (mark) => `trap "" TERM INT HUP; sleep 3600.${mark}; true`, 1],
  ["in a command that left its group", (mark) => `setsid sleep 3600.${mark} & wait`, 1],
  ["in a command that writes without end", (mark) => `sleep 3600.${mark} & yes`, 1, 100],
  ["in a command that writes a file without end", (mark) => `sleep 3600.${mark} & cat /dev/zero > zeros`, 1, 100],
];

async function when(state: () => boolean, signal: AbortSignal): Promise<void> {
  while (!state() && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
}
