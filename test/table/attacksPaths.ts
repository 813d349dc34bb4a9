/** Attacks by paths and links. */
import { tests, type Row } from "./row.ts";

const model = "unit/hostile/model.test.ts";
const tools = "unit/engine/tools.test.ts";
const scenes = "unit/hostile/scenes.ts";
const everyName = "reaches nothing outside, behind a link or in .git, by any name and with any tool, and reads why";

export const attacksPaths: readonly Row[] = [
  {
    id: "A10",
    name: "a prefix taken for a folder",
    tests: [
      ...tests(model, everyName),
      ...tests("unit/system/paths.test.ts", "compares by segments", "../work-evil/x"),
    ],
  },
  {
    id: "A11",
    name: "a link that is read through",
    tests: [
      ...tests(scenes, "swaps a folder for a link while its copy is looked at"),
      ...tests("unit/draft/reading.test.ts", "gives its bytes, and nothing of what a linked folder leads to"),
      ...tests(model, everyName),
      ...tests(tools, "searches nothing outside, behind a link or in .git"),
      ...tests(tools, "gets nothing of a file whose name says that it keeps secrets"),
      ...tests("unit/draft/make.test.ts", "names what it does not copy of a "),
    ],
  },
  {
    id: "A12",
    name: "a new file behind a linked folder",
    tests: [
      ...tests(
        model,
        everyName,
        "writes nothing through links that the repository brought along, wherever tools keep their things",
      ),
      ...tests("unit/system/paths.test.ts", "folder-link/new.txt"),
    ],
  },
  {
    id: "A13",
    name: "a link that comes after the verdict",
    tests: [
      ...tests(model, "gets no further with a link that came after a verdict, in the draft or on the way of an accept"),
      ...tests(
        "unit/draft/boundary.test.ts",
        "never writes through a link an agent planted",
        "never lead through a link",
      ),
    ],
  },
  {
    id: "A14",
    name: "another file or another text between check and write",
    tests: [
      ...tests(
        scenes,
        "swaps a folder for a link while its client writes there",
        "swaps a folder for a link while its copy is looked at",
      ),
      ...tests(model, "writes nothing over what came in the very moment of an accept"),
      ...tests("host/files.test.ts", "keep what the person types while a write is on its way"),
      ...tests("unit/editor/disk.test.ts", "writes nothing when the file holds other bytes"),
    ],
  },
  { id: "A15", name: "a path that leads upwards", tests: tests(model, everyName) },
  {
    id: "A16",
    name: "a clean-up that follows links and deletes what they lead to",
    tests: [
      ...tests(
        "unit/draft/remove.test.ts",
        "takes nothing with it that its links lead to",
        "needs our mark: anything else stays",
      ),
      ...tests(scenes, "leaves links and repositories of its own, and its copy is removed with nothing else"),
    ],
  },
  {
    id: "A17",
    name: "a link of the repository's where a tool keeps its things",
    tests: [
      ...tests(
        model,
        "writes nothing through links that the repository brought along, wherever tools keep their things",
      ),
      ...tests("unit/draft/make.test.ts", "is closed to other users"),
    ],
  },
  {
    id: "A18",
    name: "a file with another name elsewhere",
    tests: [
      ...tests(model, "changes no other name of a file that has several"),
      ...tests(tools, "of a hard link leaves the other name's bytes alone"),
      ...tests("unit/draft/make.test.ts", "shares no inode with the person's file"),
    ],
  },
];
