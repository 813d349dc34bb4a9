/** Faults of files at accept: what a folder, a disk and an editor can be when a decision writes. */
import { tests, type Row } from "./row.ts";

const disk = "unit/editor/faults.test.ts";
const exchange = "unit/editor/disk.test.ts";
const host = "host/files.test.ts";
const editors = "host/filesFaults.test.ts";
const session = "unit/session/session.test.ts";
const edges = "unit/session/edges.test.ts";
const journal = "unit/session/journal.test.ts";
const large = "unit/session/largeAndMoved.test.ts";
const make = "unit/draft/make.test.ts";
const own = "unit/session/attributes.test.ts";
const names = "unit/editor/attributes.test.ts";

export const faultsFiles: readonly Row[] = [
  {
    id: "F01",
    name: "the file was edited meanwhile, by the person or another tool",
    tests: [
      ...tests(disk, "writes nothing into a file that was "),
      ...tests(disk, "writes nothing into a file that is changed between the look and the rename"),
      ...tests(host, "keep what the person types while a write is on its way"),
      ...tests(session, "keeps the person's other typing in every accepted file"),
      ...tests(session, "leaves out of a bulk accept what does not fit, and says so"),
      ...tests(journal, "changes before the first write, and plans anew with the person's text"),
    ],
  },
  {
    id: "F02",
    name: "the file was deleted, renamed, or replaced by a folder",
    tests: [
      ...tests(disk, '["deleted"', '["renamed"', '["replaced by a folder"'),
      ...tests(large, "nothing is written, the hunk waits as stale, and fits again when the file is back"),
      ...tests(editors, "writes nothing where the file went away under its clean editor"),
      ...tests(editors, "writes nothing under the old name of a file that was renamed in the editor"),
      ...tests(own, "its changes are offered under the new name, and apply there once the person says so"),
      ...tests(session, "does not delete a file the person has changed in any byte"),
    ],
  },
  {
    id: "F03",
    name: "the document has unsaved text",
    tests: [
      ...tests(host, "are changed in the editor and left unsaved where it holds unsaved text"),
      ...tests(host, "keep unsaved text that does not hold what was expected", "are not deleted under unsaved text"),
      ...tests(edges, "is in the file once it is saved", "waits while the editor stays as it is, through restarts"),
    ],
  },
  {
    id: "F04",
    name: "unsaved changes in a notebook or a custom editor",
    tests: tests(editors, "writes nothing into a notebook with unsaved changes, and says to save it first"),
  },
  {
    id: "F05",
    name: "a read-only file, no permission, a read-only file system",
    tests: [
      ...tests(disk, "refuses before it writes where access is denied"),
      ...tests(disk, "refuses a file whose write permission was taken away, for every user"),
      ...tests(disk, "a read-only file system", "a folder without permission", "a file marked as immutable"),
      ...tests(exchange, "refuses what is read-only"),
      ...tests(session, "refuses a file that cannot be written, with the reason, and keeps the hunk"),
      ...tests(journal, "writes none of them when one cannot be written any more, and says why"),
    ],
  },
  {
    id: "F06",
    name: "CRLF, mixed line ends, a lone CR",
    tests: [
      ...tests(host, '"CRLF"', '"mixed line ends"'),
      ...tests(disk, '"a lone CR"', '"mixed line ends"'),
      ...tests(editors, '"a lone CR"', '"trailing spaces"'),
      ...tests(edges, "of a mixed file stay as they are around an accepted hunk"),
    ],
  },
  {
    id: "F07",
    name: "a byte order mark, UTF-16, Latin-1, another declared encoding",
    tests: [
      ...tests(disk, '"UTF-16 with its mark"', '"UTF-16, big end first"', '"Latin-1"'),
      ...tests(host, "are refused where unsaved text would not survive a save: undeclared Latin-1"),
      ...tests(editors, "goes into unsaved UTF-16 text, and a save writes it with its mark"),
      ...tests(edges, "of Latin-1 bytes survive an accept and an undo, byte for byte"),
    ],
  },
  {
    id: "F08",
    name: "no line end at the end of the file",
    tests: [
      ...tests(edges, "a missing one at the end comes and goes with the hunk that shows it"),
      ...tests(host, '"no final line end"'),
    ],
  },
  {
    id: "F09",
    name: "binary files, very large texts, ten thousand hunks at once",
    tests: [
      ...tests(edges, "of binary files are one change, accepted and undone whole"),
      ...tests(disk, '"every byte"'),
      ...tests(large, "of 200,000 lines is accepted hunk by hunk, byte for byte, and taken back"),
      ...tests(large, "of more lines than that is one change with sizes and hashes", "that grows beyond that while"),
      ...tests(large, "of 10,000 hunks is accepted at once as one decision, and taken back by one undo"),
      ...tests(large, "reads its own file twice and no other, and adds two events"),
    ],
  },
  {
    id: "F10",
    name: "a symbolic link",
    tests: [
      ...tests(exchange, "refuses links, folders, pipes and the repository's own data, and touches nothing"),
      ...tests(disk, '"replaced by a link"'),
      ...tests(host, "are refused where a link stands, and nothing outside is touched"),
      ...tests(
        "unit/session/links.test.ts",
        "that was refused is taken back in the draft",
        "that the person changed meanwhile makes the change stale",
        "in the place of a file is a second change",
      ),
      ...tests("unit/editor/links.test.ts", ", and what it led to is not touched", "takes the place of nothing else"),
      ...tests(
        "unit/draft/links.test.ts",
        "that changed are told once: ",
        "never written or looked for through a link",
      ),
      ...tests("host/attributes.test.ts", "changes, makes and removes links one by one, follows none"),
    ],
  },
  {
    id: "F11",
    name: "a hard link",
    tests: [
      ...tests(disk, "says of a hard link that its other names keep what they held"),
      ...tests(host, "keep their mode, and a hard link's other name keeps its bytes"),
      ...tests(journal, "is said in the conversation when a file had other names"),
    ],
  },
  {
    id: "F12",
    name: "a pipe, a socket, a device",
    tests: [
      ...tests(disk, "refuses sockets, pipes and devices, and does not wait for them", '"replaced by a pipe"'),
      ...tests(make, "a special file"),
    ],
  },
  {
    id: "F13",
    name: "a rename by case alone, and twins by normal form",
    tests: [
      ...tests(disk, "takes names that differ in case, or in normal form, for two files where the disk does"),
      ...tests(journal, "lets a file take the place of a folder's name: what goes is gone before what comes"),
      ...tests(journal, "finds out before the first write that a disk takes two names for one"),
      ...tests(large, "renamed by case alone"),
      ...tests(own, "is found out before the first write where the name is taken"),
      ...tests(names, "differs by case alone", "is refused before anything is moved where it is taken"),
    ],
  },
  {
    id: "F14",
    name: "the executable bit",
    tests: [
      ...tests(disk, "keeps the executable bit, set or not"),
      ...tests(exchange, "keeps the mode"),
      ...tests(own, "is a change of its own beside the text", "is refused with the reason where the system keeps none"),
      ...tests(names, "for whoever may read it, and taken away again", "is refused with the reason on a system"),
      ...tests("unit/draft/look.test.ts", '"the executable bit, alone"', '"a new file that can be executed"'),
    ],
  },
  {
    id: "F15",
    name: "names with a newline, quotes, any byte, four-byte characters",
    tests: [
      ...tests(disk, "writes, deletes and creates under any name"),
      ...tests(make, "keeps odd names exact in a ", "its name is not UTF-8"),
    ],
  },
  {
    id: "F16",
    name: "a folder in a network or a cloud: a write that is not whole",
    tests: [
      ...tests(disk, "leaves the file whole and nothing beside it on ", "a disk that fails"),
      ...tests(exchange, "writes exactly what it was given"),
    ],
  },
  {
    id: "F17",
    name: "a failure in the middle of several files",
    tests: [
      ...tests(journal, " fails in the middle, and undo takes back what is in"),
      ...tests(journal, "is settled file by file when the window went away between two writes"),
      ...tests("host/journal.test.ts", "fails, and undo brings every byte back"),
      ...tests("host/journal.test.ts", "that a window left with a file of ours beside it is settled and cleared"),
      ...tests(journal, "put back what was written before "),
      ...tests(journal, "name what could not be put back, in the answer and in the conversation"),
      ...tests(edges, "puts every file back when one of them cannot be written, wherever that one stands"),
    ],
  },
  {
    id: "F18",
    name: "a formatter, save participants, auto save right after an accept",
    tests: [
      ...tests(editors, "is exact although a formatter runs on every save, since nothing is saved"),
      ...tests(journal, "has made the person's own change: the accept stands, and other hunks still go in around it"),
    ],
  },
  {
    id: "F19",
    name: "the person undoes an accept by hand",
    tests: tests(edges, "made again after the person took its lines out by hand writes them again"),
  },
];
