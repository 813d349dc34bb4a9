/**
 * The way to the page: what a session says, gathered and sent as one post per frame (a large one in several).
 *
 * Pure but for the timers. Within a frame a later head, file, order or list of incoming edits replaces an earlier one in its place.
 * While a few posts are still on their way, what comes is gathered further: a window that is slow gets less, not later, and what it
 * has not taken is not held twice.
 * Always: messages that do not replace each other keep their order; nobody who says something waits for the page.
 */
import type { HostMessage } from "../protocol/index.ts";

const frame = 16;

export interface Post {
  send(message: HostMessage): void;
  /** Sends what is gathered now. */
  flush(): void;
  /** Drops what is gathered. */
  stop(): void;
}

/** About so many characters go in one post: larger ones make the page stutter. */
const largest = 100_000;

/** Posts that may be on their way at once. */
const onTheWay = 4;
/** Milliseconds after which a post counts as taken: nobody says so for a page that is out of sight. */
const patience = 1_000;

/** `deliver` gets what is posted at once; what it gives resolves when that was taken. It must not throw. */
export function openPost(deliver: (messages: HostMessage[]) => PromiseLike<unknown> | undefined): Post {
  let waiting: HostMessage[] = [];
  let batches: HostMessage[][] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let out = new Set<object>();

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    batches.push(...batched(gathered(waiting)));
    waiting = [];
    post();
  }

  function post(): void {
    while (batches.length > 0 && out.size < onTheWay) deliverOne(batches.shift()!);
  }

  function deliverOne(batch: HostMessage[]): void {
    const mine = {};
    out.add(mine);
    const taken = (): void => {
      clearTimeout(late);
      if (!out.delete(mine)) return;
      post();
      if (!timer && waiting.length > 0 && out.size < onTheWay) flush();
    };
    const late = setTimeout(taken, patience);
    const delivery = deliver(batch);
    if (delivery) delivery.then(taken, taken);
    else taken();
  }

  function due(): void {
    timer = undefined;
    if (batches.length === 0 && out.size < onTheWay) flush();
  }

  return {
    send: (message) => {
      waiting.push(message);
      timer ??= setTimeout(due, frame);
    },
    flush,
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      waiting = [];
      batches = [];
      out = new Set();
    },
  };
}

/** Leaves out what a later message of the list replaces. */
export function gathered(messages: readonly HostMessage[]): HostMessage[] {
  const later = new Set<string>();
  const kept: HostMessage[] = [];
  for (const message of messages.toReversed()) {
    const name = nameOf(message);
    if (name !== null && later.has(name)) continue;
    // A file's first part replaces all parts before it; a further part replaces nothing.
    if (name !== null && !(message.kind === "file" && message.part > 0)) later.add(name);
    kept.push(message);
  }
  return kept.reverse();
}

/** The messages in order, in batches of about 100 KB. */
export function batched(messages: readonly HostMessage[]): HostMessage[][] {
  const batches: HostMessage[][] = [];
  let size = Infinity;
  for (const message of messages) {
    const own = sizeOf(message);
    if (size + own > largest) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(message);
    size += own;
  }
  return batches;
}

/** A rough count of characters, without making the text: only file views are large. */
function sizeOf(message: HostMessage): number {
  if (message.kind !== "file") return 1_000;
  return message.file.hunks.reduce(
    (sum, hunk) => hunk.rows.reduce((rows, row) => rows + row.text.length + 40, sum + 200),
    200,
  );
}

function nameOf(message: HostMessage): string | null {
  switch (message.kind) {
    case "head":
    case "order":
    case "incoming":
    case "task":
      return message.kind;
    case "file":
      return `parts of ${message.file.id}`;
    default:
      return null;
  }
}
