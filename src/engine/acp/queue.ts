/**
 * A queue between what pushes and what is iterated: events come when the agent has them and are taken one by one.
 *
 * Always: what was pushed before the close is given out before the end; `room` makes whoever reads the agent wait while
 * too much is not taken yet, so that an agent that floods is slowed down and not kept in memory.
 */

export interface Queue<T> {
  push(item: T): void;
  /** Resolves when few enough wait to be taken, or after the close. */
  room(): Promise<void>;
  /** Resolves when everything so far was taken and what was done with it is done, or after the close. */
  taken(): Promise<void>;
  /** Nothing comes after it. */
  close(): void;
  [Symbol.asyncIterator](): AsyncIterator<T, void>;
}

const most = 256;

export function openQueue<T>(): Queue<T> {
  const waiting: T[] = [];
  let closed = false;
  let taker: (() => void) | null = null;
  const roomy: (() => void)[] = [];
  const done: (() => void)[] = [];
  let idle = false;

  const wake = (): void => {
    taker?.();
    taker = null;
  };
  const release = (): void => {
    for (const go of roomy.splice(0)) go();
  };
  const settle = (): void => {
    for (const go of done.splice(0)) go();
  };

  return {
    push(item) {
      if (closed) return;
      waiting.push(item);
      wake();
    },
    room: () =>
      closed || waiting.length < most ? Promise.resolve() : new Promise<void>((resolve) => roomy.push(resolve)),
    taken: () =>
      closed || (idle && waiting.length === 0) ? Promise.resolve() : new Promise<void>((resolve) => done.push(resolve)),
    close() {
      closed = true;
      settle();
      wake();
      release();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (waiting.length > 0) {
          yield waiting.shift()!;
          if (waiting.length < most) release();
        }
        if (closed) return;
        // Whoever takes comes back for more when the last was dealt with.
        idle = true;
        settle();
        await new Promise<void>((resolve) => (taker = resolve));
        idle = false;
      }
    },
  };
}
