/**
 * Ui: what is in front of the person just now, as values, and what the desk can be asked to do.
 *
 * Types alone. Always: whoever draws the page needs nothing of the desk but this.
 */
import type {
  CloserView,
  FileView,
  HostMessage,
  HunkView,
  PageAction,
  PageMessage,
  PairView,
} from "../protocol/view.ts";
import type { DecisionItem } from "../protocol/events.ts";
import type { FileId } from "../protocol/ids.ts";
import type { Choice } from "./choosing.ts";
import type { Edit, Edits } from "./edits.ts";
import type { Command } from "./keys.ts";
import type { Bulk, Place } from "./places.ts";
import type { PageState, Written } from "./store.ts";

/** Where the focus is asked to go. `count` tells a new wish from one already met. */
export interface Wish {
  to: "hunk" | "follow" | "bulk" | "question" | "page" | "none";
  scroll: boolean;
  count: number;
}

export interface Ui {
  place: Place | null;
  /** Files folded (true) or unfolded (false) by the person; others follow their size. */
  folded: ReadonlyMap<FileId, boolean>;
  /** Decided hunks that are shown whole. */
  open: ReadonlySet<string>;
  /** Decisions on their way, with the time they left. */
  sent: ReadonlyMap<string, number>;
  seen: ReadonlyMap<string, string>;
  /** The lines that are picked of one hunk. */
  choice: Choice | null;
  /** The hunk whose lines are being written anew. */
  editing: (Place & { face: string }) | null;
  edits: Edits;
  /** The hunk whose reason for a refusal is being written. */
  why: Place | null;
  /** What the person is being asked about before it is accepted: some of it has not been on screen. */
  asking: Bulk | null;
  help: boolean;
  follow: string;
  wish: Wish;
  /** Said to whoever listens instead of looks. */
  spoken: { text: string; count: number };
}

/** What a reload brings back. */
export interface Kept {
  place: Place | null;
  folded: [FileId, boolean][];
  open: string[];
  follow: string;
  /** Hunks that have been on screen, with what they showed, and the session that they belong to. */
  seen: [string, string][];
  session: string | null;
  edits: [string, Edit][];
  scroll: { files: number; talk: number };
}

// A plain Omit over a union keeps only what all members share.
type WithoutToken<M> = M extends unknown ? Omit<M, "token"> : never;
export type Post = (message: WithoutToken<PageMessage>) => void;

export interface Desk {
  readonly state: PageState;
  readonly ui: Ui;
  /** Called after every change. */
  watch(listener: () => void): void;
  receive(messages: readonly HostMessage[]): void;
  /** `scroll: false`: the pointer asked, so what is under it stays where it is. */
  command(command: Command, options?: { scroll?: boolean }): void;
  decide(verb: "accept" | "reject" | "take" | "keep", place: Place, options?: { why?: string; scroll?: boolean }): void;
  decideMany(verb: "accept" | "reject", items: DecisionItem[]): void;
  /** Everything that waits; asks first where some of it has not been on screen. */
  acceptAll(): void;
  answerAll(answer: "accept" | "show" | "cancel"): void;
  /** The pointer pressed what had just moved under it. */
  missed(): void;
  /** Pending hunks of these files, or of all. */
  bulk(files?: readonly FileView[]): Bulk;
  /** These hunks have come near: more of them is wanted. */
  near(places: readonly Place[]): void;
  /** Picks a line of a hunk, or lets go of it. `draw`: all lines from the last one picked to this one. */
  choose(place: Place, pair: number, draw: boolean): void;
  letGo(): void;
  acceptChosen(): void;
  /** Opens the place in which a hunk's lines are written anew, or leaves it; what was written stays. */
  edit(place: Place | null): void;
  writeEdit(place: Place, text: string): void;
  acceptEdit(place: Place): void;
  dropEdit(place: Place, face: string): void;
  /** The pairs of lines of a hunk that is in sight; null where they are not known, or there are none. */
  pairs(place: Place): readonly PairView[] | null;
  undo(decision?: number): void;
  redo(decision?: number): void;
  send(): void;
  stop(): void;
  /** Shows all that a command wrote. */
  output(name: string): void;
  reply(question: string, option: string, why: string): void;
  /** Tells what was written of a task, and what is to be done with it. */
  task(what: "start" | "keep" | "leave" | "files" | "agent", now?: Written): void;
  /** Gives the host an image that was pasted into the task, in base64. */
  paste(name: string, data: string): void;
  action(action: PageAction): void;
  /** Goes on with a file under the name that the person gave it. */
  applyThere(file: FileId): void;
  openFile(file: FileId, line: number): void;
  /** Goes there, and takes the focus along. */
  go(place: Place): void;
  /** The person is there already. */
  stand(place: Place): void;
  foldFile(file: FileId, folded: boolean): void;
  showHunk(place: Place, shown: boolean): void;
  askWhy(place: Place | null): void;
  write(text: string): void;
  help(shown: boolean): void;
  dismiss(): void;
  sawHunk(place: Place, hunk: HunkView): void;
  /** Forgets decisions that got no answer. */
  tick(): void;
  /** What a reload is to bring back. */
  toKeep(): Omit<Kept, "scroll">;
}

/** What one hunk is drawn from. */
export interface HunkProps {
  file: FileView["id"];
  path: string;
  change: FileView["change"];
  hunk: HunkView;
  /** The place of the keyboard. */
  active: boolean;
  sent: boolean;
  open: boolean;
  asking: boolean;
  closer: CloserView | undefined;
  /** What is picked of it. */
  choice: Choice | null;
  /** Its lines are being written anew; and what was written of them, whether or not that goes on just now. */
  editing: boolean;
  edit: string | undefined;
  /** Whether its lines can be written anew at all. */
  editable: boolean;
  /** Changes with the lines that are known closer: then they are asked for again. */
  revision: number;
  frozen: boolean;
  /** Set on the active hunk alone. */
  wish: Wish | null;
}
