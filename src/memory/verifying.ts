/**
 * Verifying: whether what was read of a session is as it was written, told by the chain of checkpoints and the headers of the bodies.
 *
 * Always: reads only, in blocks between which others get their turn; every byte of the log is hashed once per opening, also where its
 * events were not read because what they come to was kept.
 */
import type { Verified } from "../protocol/index.ts";
import { scanBodies } from "./bodies.ts";
import type { DiskFile } from "./disk.ts";
import { firstValue, verifyChain, type Frames } from "./frames.ts";

/** What was read. `tailWrong`: what verifying the last group found; `bodiesKept`: how long the part of the bodies is that was not scanned. */
export interface ReadParts {
  file: DiskFile;
  frames: Frames;
  tailWrong: number | null;
  bodiesFile: DiskFile | null;
  bodiesDamaged: boolean;
  bodiesKept: number;
}

/** What there is to say about all of it. Rejects when the disk does, or `signal` is aborted. */
export async function verifyRest(parts: ReadParts, signal: AbortSignal): Promise<Verified> {
  const { file, frames, bodiesFile, bodiesKept } = parts;
  if (frames.rest === "altered" || frames.rest === "foreign")
    return {
      kind: "altered",
      from: frames.seq + 1,
      why: `The log was changed or damaged behind event ${frames.seq}; what follows was not read.`,
    };
  const wrong = (await verifyChain(file, { from: 0, before: firstValue }, frames.tail.from, signal)) ?? parts.tailWrong;
  if (wrong !== null)
    return {
      kind: "altered",
      from: wrong,
      why: `Event ${wrong}, or one written together with it, was changed after it was written.`,
    };
  const damaged =
    parts.bodiesDamaged ||
    (bodiesFile !== null && bodiesKept > 0 && (await scanBodies(bodiesFile, bodiesKept, bodiesKept, false)).damaged);
  signal.throwIfAborted();
  if (damaged)
    return {
      kind: "altered",
      from: 1,
      why: "The kept texts of this session were changed or damaged; some may be missing.",
    };
  return { kind: "whole" };
}
