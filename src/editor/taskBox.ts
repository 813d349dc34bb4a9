/**
 * The task box: what is said with the page while a task is being written in it, and what was written until a session began.
 *
 * Always: one task is being written at a time, a later asking ends an earlier one; what was written stays in memory, and nowhere
 * else, until a session has begun with it; of what goes along the page only names what it was told of.
 */
import type { HostMessage, PageMessage, TaskView } from "../protocol/index.ts";

/** What goes along, by its id: the selection, or a file. */
export interface Along {
  id: string;
  name: string;
}

export interface AskedTask {
  folder: string;
  connection: string;
  /** What will be copied, in words; "" where that cannot be told. */
  size: Promise<string>;
  along: readonly Along[];
  /** Asks the person for further files. */
  more(): Promise<Along[]>;
}

/** The words, and the ids of what goes along. */
export interface TaskWords {
  text: string;
  along: string[];
}

type TaskMessage = Extract<PageMessage, { kind: "task" }>;

export interface TaskBox {
  /** Opens the box. Null: the person left it, or another asking came. */
  ask(task: AskedTask): Promise<TaskWords | null>;
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
  let draft: { text: string; files: Along[] } = { text: "", files: [] };
  let asking: { task: AskedTask; view: TaskView; resolve: (words: TaskWords | null) => void } | null = null;

  function show(change: Partial<TaskView>): void {
    if (asking === null) return;
    asking.view = { ...asking.view, ...change };
    tell(box.shown());
  }

  function close(words: TaskWords | null): void {
    const ended = asking;
    asking = null;
    ended?.resolve(words);
    tell(box.shown());
  }

  async function add(): Promise<void> {
    const mine = asking;
    const more = (await mine?.task.more()) ?? [];
    if (mine === null || mine !== asking) return;
    const known = new Set(mine.view.along.map(({ id }) => id));
    const fresh = more.filter(({ id }) => !known.has(id));
    draft.files.push(...fresh);
    show({ along: [...mine.view.along, ...fresh.map((each) => ({ ...each, with: true }))] });
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
          along: along.map(({ id, name }) => ({ id, name, with: true })),
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
      const without = new Set(message.without);
      const along = asking.view.along.map((each) => ({ ...each, with: !without.has(each.id) }));
      asking.view = { ...asking.view, text: message.text, along };
      draft.text = message.text;
      if (message.do === "leave") return close(null);
      if (message.do === "files") return void add().catch(() => {});
      if (message.do === "start" && message.text.trim() !== "")
        close({ text: message.text.trim(), along: along.filter((each) => each.with).map(({ id }) => id) });
    },
    shown: () => ({ kind: "task", task: asking?.view ?? null }),
    leave: () => close(null),
    begun: () => {
      draft = { text: "", files: [] };
    },
  };
  return box;
}
