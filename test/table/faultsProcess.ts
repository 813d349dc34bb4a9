/** Faults of the log and of the process: what a crash, a disk, a clock and another window can do to a session. */
import { tests, type Row } from "./row.ts";

const killed = "unit/memory/killed.test.ts";
const damage = "unit/memory/damage.test.ts";
const disk = "unit/memory/faults.test.ts";
const lease = "unit/memory/lease.test.ts";
const clock = "unit/memory/clock.test.ts";
const log = "unit/memory/log.test.ts";
const kept = "unit/memory/kept.test.ts";
const badlyKept = [
  "missing",
  "empty",
  "without its last line",
  "with its last line twice",
  "with two lines exchanged",
].concat(
  ["without a line in the middle", "of another session", "of some other program", "of a later version of its format"],
  [
    "of zeros, as a crash can leave them",
    "newer than a log that was put back",
    "that is a folder",
    "that is a link to a good one",
  ],
);
const session = "unit/session/faults.test.ts";
const steps = "ui/killSteps.ts";
const way = "host/promisesInTheWay.test.ts";

export const faultsProcess: readonly Row[] = [
  {
    id: "P01",
    name: "the extension host is killed while it appends",
    tests: [
      ...tests(killed, "has lost nothing it acknowledged, and the session goes on"),
      ...tests(
        damage,
        "cut at any byte of its last group keeps every line before the cut, sets the rest aside, and goes on",
      ),
      ...tests(steps, "the intent to accept", "the outcome of an accept"),
    ],
  },
  {
    id: "P02",
    name: "the extension host or the server is killed at a step of a task",
    tests: [
      ...tests(steps, "the copy begins", "draft.made", "turn.started", "tool.called", "tool.answered", "looked"),
      ...tests(steps, "the boundary of a follow-up", "tool.called of a follow-up"),
    ],
  },
  {
    id: "P03",
    name: "the extension host or the server is killed at a step of a decision",
    tests: [
      ...tests(steps, "the write of an accept", "the file of an accept", "the second of several files"),
      ...tests(steps, "a rejection", "the intent to undo", "the file of an undo", "the file of a redo"),
      ...tests("unit/editor/faults.test.ts", "is removed where its process is gone, and nothing else is"),
      ...tests("unit/session/edges.test.ts", "that a window left half done is finished when it is opened again"),
    ],
  },
  {
    id: "P04",
    name: "the disk is full, for the log and its texts",
    tests: [
      ...tests(disk, "full at any byte of a group: the group is refused, later ones are written once there is room"),
      ...tests(disk, "full while texts are written: they are kept and written with the next append"),
      ...tests(
        way,
        "promise 6: an action is not done while the disk of the log is full, and is possible again when there is room",
      ),
    ],
  },
  {
    id: "P05",
    name: "the disk is full, for the draft and for an accept's temporary file",
    tests: [
      ...tests("unit/draft/states.test.ts", "a draft whose disk fills up", "is not made, says why, and leaves nothing"),
      ...tests("unit/editor/faults.test.ts", "a full disk", "a used up quota"),
      ...tests("unit/editor/faults.test.ts", "a disk that is full when the bytes are made durable"),
    ],
  },
  {
    id: "P06",
    name: "two windows on one session",
    tests: [
      ...tests(lease, "makes a second window a reader, and goes over when the first one is killed"),
      ...tests(lease, "never has two holders, however many ask at once, and in the end has one"),
      ...tests(session, "is shown as it is, and every decision says where to make it"),
      ...tests(way, "promise 6: an action is not done when another program has written to the log"),
    ],
  },
  {
    id: "P07",
    name: "a lock lost by the clock",
    tests: tests(clock, "gives up no lease because of the clock, however far it jumps"),
  },
  {
    id: "P08",
    name: "the clock goes backwards",
    tests: [
      ...tests(clock, "keeps events in the order of their numbers when the clock goes backwards, also after a reopen"),
      ...tests(clock, "lists sessions in the order in which they were made although the clock went backwards"),
      ...tests(session, "changes no order: events count by their number, and a reload shows the same"),
    ],
  },
  {
    id: "P09",
    name: "the window is reloaded in the middle of a task",
    tests: [
      ...tests(way, "promise 6: a reload arrives at the same screen"),
      ...tests("unit/state/fold.test.ts", "ends the calls that a turn left running"),
      ...tests(way, "promise 10: review, undo, memory and recap work with the model gone, and call nobody"),
    ],
  },
  {
    id: "P10",
    name: "the log of a newer or an older version",
    tests: [
      ...tests(log, "keeps an event of an unknown kind as it is, and goes on behind it"),
      ...tests(damage, "that holds no line of ours is left as it is"),
      ...tests("unit/state/fold.test.ts", "passes by an event that it does not know"),
    ],
  },
  {
    id: "P11",
    name: "the log was altered by hand",
    tests: [
      ...tests(damage, "altered with its checksums made to fit is found by the chain, and still read"),
      ...tests(damage, "with any one byte altered is noticed, reads up to the line before it, and loses no byte"),
      ...tests(session, "is said in the conversation, once, and the session can be read and continued"),
    ],
  },
  {
    id: "P12",
    name: "a very long session",
    tests: [
      ...tests(clock, "of 100,000 events is opened within a second"),
      ...tests(log, "writes a thousand appends made at once in few groups, in their order"),
      ...tests(kept, "lets the next opening take only what came after, and it comes to the same"),
    ],
  },
  {
    id: "P13",
    name: "what is kept beside a log is missing, cut, altered, foreign, older or newer",
    tests: [
      ...tests(kept, "opens to the same as the log alone, wherever log, texts and it are cut"),
      ...tests(kept, "with any one byte altered is as none", "is left as it was by a disk that fails"),
      ...tests(kept, ...badlyKept),
    ],
  },
  {
    id: "P14",
    name: "the log was altered before what is kept of it",
    tests: [
      ...tests(kept, "does not hide that the log was altered before it, and still gives what was kept"),
      ...tests(kept, "does not hide that the texts were damaged before it"),
    ],
  },
];
