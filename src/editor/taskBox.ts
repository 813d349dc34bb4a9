/**
 * The task box: what is said with the page while a task is being written in it, and what was written until a session began.
 *
 * Always: one task is being written at a time, a later asking ends an earlier one; what was written stays in memory, and nowhere
 * else, until a session has begun with it; of what goes along the page only names what it was told of.
 */
import type { Attachment, HostMessage, PageMessage, TaskView } from "../protocol/index.ts";

/** What goes along, by its id: the selection, a file, or what was pasted. */
export interface Along {
  id: string;
  name: string;
  /** How large it is, in words. */
  size?: string;
  /** Bytes of an image or a document. */
  bytes?: number;
  /** Set for what was pasted: it is nowhere else. */
  pasted?: Attachment;
}

/** What was added, and what could not be: parts of a sentence. */
export interface Added {
  added: readonly Along[];
  left: readonly string[];
}

export interface AskedTask {
  folder: string;
  connection: string;
  /** What will be copied, in words; "" where that cannot be told. */
  size: Promise<string>;
  along: readonly Along[];
  /** What of that was asked for and cannot go along. */
  left?: readonly string[];
  /** Asks the person for further files, beside those that go along. */
  more(beside: readonly Along[]): Promise<Added>;
  /** Takes what the person pasted. */
  paste(name: string, bytes: Uint8Array, beside: readonly Along[]): Added;
  /** A sentence about what was left out. */
  problem(left: readonly string[]): string;
}

/** The words, the ids of what goes along, and of that what was pasted. */
export interface TaskWords {
  text: string;
  along: string[];
  pasted: Attachment[];
}

type TaskMessage = Extract<PageMessage, { kind: "task" | "paste" }>;

export interface TaskBox {
  /** Opens the box. Null: the person left it, or another asking came. "agent": they want to choose who does it, and to be asked again. */
  ask(task: AskedTask): Promise<TaskWords | "agent" | null>;
  receive(message: TaskMessage): void;
  /** What a page that was made anew has to be told. */
  shown(): HostMessage;
  /** The page is gone: nothing is asked any more. */
  leave(): void;
  /** A session has begun with what was written: the next task begins empty. */
  begun(): void;
}

/** `tell` reaches the page, where there is one. */
export function openTaskBox(tell: (message: HostMessage) => void): TaskBox {
  const empty = () => ({ text: "", files: [] as Along[], without: new Set<string>() });
  let draft = empty();
  let asking: { task: AskedTask; view: TaskView; resolve: (words: TaskWords | "agent" | null) => void } | null = null;

  function show(change: Partial<TaskView>): void {
    if (asking === null) return;
    asking.view = { ...asking.view, ...change };
    tell(box.shown());
  }

  function close(words: TaskWords | "agent" | null): void {
    const ended = asking;
    asking = null;
    ended?.resolve(words);
    tell(box.shown());
  }

  /** What goes along now. */
  function chosen(mine: NonNullable<typeof asking>): Along[] {
    const along = new Set(mine.view.along.filter((each) => each.with).map(({ id }) => id));
    return [...mine.task.along, ...draft.files].filter(({ id }) => along.has(id));
  }

  /** Adds to what goes along; what was left out before is in again. */
  function add(mine: NonNullable<typeof asking>, { added, left }: Added): void {
    const known = new Set(mine.view.along.map(({ id }) => id));
    const again = new Set(added.map(({ id }) => id));
    const fresh = added.filter(({ id }) => !known.has(id));
    draft.files.push(...fresh);
    const before = mine.view.along.map((each) => (again.has(each.id) ? { ...each, with: true } : each));
    show({ along: [...before, ...fresh.map(shownAs)], problem: left.length > 0 ? mine.task.problem(left) : "" });
  }

  async function more(): Promise<void> {
    const mine = asking;
    if (mine === null) return;
    const found = await mine.task.more(chosen(mine));
    if (mine === asking) add(mine, found);
  }

  const box: TaskBox = {
    ask: (task) =>
      new Promise((resolve) => {
        asking?.resolve(null);
        const known = new Set(task.along.map(({ id }) => id));
        const along = [...task.along, ...draft.files.filter(({ id }) => !known.has(id))];
        const { folder, connection } = task;
        const view: TaskView = {
          folder,
          connection,
          size: "",
          text: draft.text,
          along: along.map((each) => ({ ...shownAs(each), with: !draft.without.has(each.id) })),
          problem: task.left?.length ? task.problem(task.left) : "",
        };
        const mine = { task, view, resolve };
        asking = mine;
        tell(box.shown());
        task.size.then(
          (size) => asking === mine && show({ size }),
          () => {},
        );
      }),
    receive(message) {
      if (asking === null) return;
      if (message.kind === "paste") {
        const bytes = Uint8Array.from(Buffer.from(message.data, "base64"));
        return add(asking, asking.task.paste(message.name, bytes, chosen(asking)));
      }
      const without = new Set(message.without);
      const along = asking.view.along.map((each) => ({ ...each, with: !without.has(each.id) }));
      asking.view = { ...asking.view, text: message.text, along };
      draft.text = message.text;
      draft.without = without;
      if (message.do === "leave") return close(null);
      if (message.do === "agent") return close("agent");
      if (message.do === "files") return void more().catch(() => {});
      if (message.do === "start" && message.text.trim() !== "") {
        const going = chosen(asking);
        const pasted = going.flatMap((each) => (each.pasted ? [each.pasted] : []));
        const files = going.filter((each) => !each.pasted).map(({ id }) => id);
        close({ text: message.text.trim(), along: files, pasted });
      }
    },
    shown: () => ({ kind: "task", task: asking?.view ?? null }),
    leave: () => close(null),
    begun: () => {
      draft = empty();
    },
  };
  return box;
}

function shownAs({ id, name, size }: Along): TaskView["along"][number] {
  return { id, name, with: true, ...(size === undefined ? {} : { size }) };
}
