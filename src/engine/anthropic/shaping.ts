/**
 * Shaping: what a command came to, as the model reads it and the person sees it.
 *
 * Pure. How it ended comes first, then what it wrote: its beginning and its end where it is long, with what lies between counted. Controls
 * that a terminal would obey stay, to be spelled out like everything that nobody sees.
 * Always: a limit that was hit is named with its size; nothing that was left out goes unsaid.
 */
import type { CommandEnd, CommandLimits, CommandOutput, CommandRun } from "../../protocol/index.ts";

/** The text of a result, of a command under these limits. */
export function shaped({ end, milliseconds, output }: CommandRun, limits: CommandLimits): string {
  if (end.kind === "not started") return `Not run: ${end.why}`;
  return `${endWords(end, limits)} after ${(milliseconds / 1000).toFixed(1)} s\n${written(output)}`;
}

function endWords(end: Exclude<CommandEnd, { kind: "not started" }>, limits: CommandLimits): string {
  switch (end.kind) {
    case "exited":
      return `exit code ${end.code}`;
    case "signal":
      return `ended by ${end.signal}`;
    case "timed out":
      return `stopped at the time limit (${limits.time / 1000} s)`;
    case "too much output":
      return `stopped at the limit of output (${limits.output} bytes)`;
    case "memory":
      return `stopped at the memory limit (${limits.memory} bytes)`;
    case "processes":
      return `stopped at the limit of processes (${limits.processes})`;
    case "stopped":
      return "stopped by the person";
  }
}

function written(output: CommandOutput): string {
  if (output.bytes === 0) return "(no output)";
  const head = textOf(output.head);
  if (output.cut === 0) return head;
  return `${head}\n[… ${output.cut} bytes left out here; the person can read all of it …]\n${textOf(output.tail)}`;
}

/** Output as text: a return without a line feed begins a line, so that nothing is written over. */
export function textOf(bytes: Uint8Array): string {
  // A cut in the middle of a character leaves halves at the ends, never more than three bytes.
  const text = new TextDecoder().decode(bytes).replace(/^\ufffd{1,3}|\ufffd{1,3}$/gu, "");
  return text.replace(/\r+\n/g, "\n").replace(/\r/g, "\n");
}
