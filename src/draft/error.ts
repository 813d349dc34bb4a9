/**
 * What a draft could not do, in words for the person.
 *
 * Always: `message` is the cause and `remedy` what to do about it, each one sentence.
 */
import { WorkerProblem } from "./standing.ts";

export class DraftError extends Error {
  override readonly name = "DraftError";
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

const causes: Readonly<Record<string, [cause: string, remedy: string]>> = {
  ENOSPC: ["The disk is full.", "Free some space, or remove old sessions, and start the task again."],
  EDQUOT: ["Your disk quota is used up.", "Free some space, or remove old sessions, and start the task again."],
  EACCES: ["The storage folder cannot be written.", "Give yourself write permission on it and start the task again."],
  EPERM: ["The storage folder cannot be written.", "Give yourself write permission on it and start the task again."],
  EROFS: ["The storage folder is on a read-only disk.", "Make it writable and start the task again."],
  EMFILE: ["Too many files are open.", "Close some programs and start the task again."],
  ENDED: ["The part that works on the draft ended unexpectedly.", "Try again; if it happens again, reload the window."],
};

/** The error to show for what the worker said; anything that is not the worker's stays as it is. */
export function draftError(problem: unknown): unknown {
  if (!(problem instanceof WorkerProblem)) return problem;
  const [cause, remedy] = causes[problem.code] ?? [
    "The draft could not be worked on.",
    "Try again; if it happens again, reload the window.",
  ];
  return new DraftError(`${cause} (${problem.message})`, remedy, { cause: problem });
}
