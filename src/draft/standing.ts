/**
 * The main thread's end of the draft's worker: starts it at the first question, and asks.
 *
 * Always: a question that is aborted rejects with the signal's reason; a worker that ended rejects what was asked of it, and the next
 * question starts another. An idle worker keeps no process alive.
 */
import { Worker } from "node:worker_threads";
import type { Answered, Asked, Question, Questions } from "./wire.ts";

/** The worker has no memory of this draft: it was started anew. */
export class UnknownDraft extends Error {}

/** What the worker could not do, with the system's code. */
export class WorkerProblem extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface Standing {
  ask<Name extends Question>(name: Name, ask: Questions[Name]["ask"], how?: How): Promise<Questions[Name]["answer"]>;
  close(): Promise<void>;
}

interface How {
  signal?: AbortSignal | undefined;
  transfer?: ArrayBuffer[];
  progress?: (files: number, bytes: number) => void;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (reason: unknown) => void;
  how: How;
}

/** A worker from the program at `file`. */
export function standingWorker(file: string): Standing {
  let worker: Worker | null = null;
  let count = 0;
  const waiting = new Map<number, Waiting>();

  function started(): Worker {
    if (worker) return worker;
    const own = new Worker(file, { stdin: false, name: "countersign draft" });
    own.on("message", (answered: Answered) => receive(answered));
    const ended = (problem: Error): void => {
      if (worker !== own) return;
      worker = null;
      for (const { reject } of waiting.values()) reject(problem);
      waiting.clear();
    };
    own.on("error", ended);
    own.on("exit", (code) => ended(new WorkerProblem("ENDED", `the draft's worker ended (${code})`)));
    return (worker = own);
  }

  function receive(answered: Answered): void {
    const asked = waiting.get(answered.number);
    if (!asked) return;
    if (answered.kind === "progress") return asked.how.progress?.(answered.files, answered.bytes);
    waiting.delete(answered.number);
    if (waiting.size === 0) worker?.unref();
    if (answered.kind === "answer") asked.resolve(answered.answer);
    else if (answered.kind === "cancelled") asked.reject(asked.how.signal?.reason ?? new Error("cancelled"));
    else if (answered.kind === "unknown draft") asked.reject(new UnknownDraft());
    else asked.reject(new WorkerProblem(answered.code, answered.message));
  }

  return {
    ask(name, ask, how = {}) {
      how.signal?.throwIfAborted();
      const own = started();
      const number = ++count;
      const cancel = new Int32Array(new SharedArrayBuffer(4));
      const stop = (): void => void Atomics.store(cancel, 0, 1);
      how.signal?.addEventListener("abort", stop, { once: true });
      own.ref();
      return new Promise<never>((resolve, reject) => {
        waiting.set(number, { resolve: (answer) => resolve(answer as never), reject, how });
        own.postMessage({ number, name, ask, cancel } satisfies Asked<typeof name>, how.transfer ?? []);
      }).finally(() => how.signal?.removeEventListener("abort", stop));
    },
    async close() {
      const own = worker;
      worker = null;
      for (const { reject } of waiting.values()) reject(new WorkerProblem("ENDED", "the draft's worker was closed"));
      waiting.clear();
      await own?.terminate();
    },
  };
}
