/** Attacks on keys, by listeners and through the editor, and the model as adversary. */
import { appeared } from "./absent.ts";
import { tests, type Row } from "./row.ts";

const model = "unit/hostile/model.test.ts";
const sources = "unit/hostile/sources.test.ts";
const host = "host/hostile.test.ts";
const families = "unit/hostile/families.test.ts";
const scenes = "unit/hostile/scenes.ts";

export const attacksSecrets: readonly Row[] = [
  {
    id: "A45",
    name: "keys in logs and on the disk",
    tests: [
      ...tests(
        host,
        "writes no key anywhere on the disk, and no key, text or terminal sequence into what it logs and reports",
      ),
      ...tests("unit/memory/log.test.ts", "keeps folders and files to their owner"),
      ...tests("unit/hostile/ground.ts", "holds the key"),
      ...tests("unit/protocol/secrets.test.ts", "are masked by their exact value", "a private key", "a header"),
      ...tests(
        "unit/editor/diagnosis.test.ts",
        "reaches the channel without secrets at every level, an error with where it came about",
        "holds no value that was read from the secret storage or put into it, whatever its shape",
      ),
    ],
  },
  {
    id: "A46",
    name: "where the key is kept, and when it is gone",
    tests: [
      ...tests(
        host,
        "uses a key as soon as it is there, another as soon as it is another, and none when it is taken away",
      ),
      ...tests(sources, "keep the key in the secret storage, and nothing of it in settings or state"),
    ],
  },
  {
    id: "A48",
    name: "a web page that talks to a listener of ours",
    tests: [
      ...tests(sources, "listen in the demo alone, and handle no address that another program opens"),
      ...tests("unit/demo/server.test.ts", "a web page"),
    ],
  },
  {
    id: "A49",
    name: "an address that another program opens in the editor",
    tests: tests(sources, "listen in the demo alone, and handle no address that another program opens"),
  },
  {
    id: "A51",
    name: "a check that is silent because it did not run",
    unreachable: "nothing is checked yet, and nothing is shown as checked",
    guard: () => appeared("src/checks", "src/rules"),
  },
  {
    id: "A52",
    name: "an injection that succeeds: the model does the worst it can",
    tests: [
      ...tests(
        families,
        "gets nothing by any action of the table, and each refusal is told to it, to the page and to the log",
      ),
      ...tests(
        model,
        "reaches nothing outside, behind a link or in .git, by any name and with any tool, and reads why",
      ),
      ...tests(model, "gets nothing that others run or obey into a bulk accept, in any spelling, there already or not"),
      ...tests("proof/hostile.ts", "hostile names, each with every tool"),
    ],
  },
  {
    id: "A53",
    name: "odd input for a tool, and tools that are none",
    tests: [
      ...tests(scenes, "sends what nobody expects: other shapes, keys that are not its own, methods that are none"),
      ...tests(model, "has no tool that runs, fetches or reaches further, however it is called"),
      ...tests("unit/engine/tools.test.ts", "__proto__ as a key", "a key that is only inherited"),
    ],
  },
  {
    id: "A54",
    name: "an agent that goes on and on",
    tests: [
      ...tests(
        scenes,
        "forks without end, is ended with all it started, and that is said",
        "takes memory without end, is ended, and that is said",
        "fills its copy beyond what a task may, and is stopped by name",
        ", which is ended, and that is said",
      ),
      ...tests(
        "unit/session/questions.test.ts",
        "of files stops the turn in its middle, says so, and leaves the hunks",
        "is without the waiting for an answer, and without a window that was closed",
      ),
      ...tests(
        "unit/hostile/commands.test.ts",
        "is silent within a second of a stop in its middle, and nothing of it goes on",
      ),
    ],
  },
  {
    id: "A55",
    name: "a file of the draft that the editor opens, and runs",
    tests: [
      ...tests(host, "opens no file of the draft as a document of the window"),
      ...tests("host/promisesGround.test.ts", "promise 8: in a hostile draft git is not run, links are not followed"),
      ...tests(sources, "open no file of a draft as a document: what is opened stands in the person's folder"),
      ...tests(
        "unit/engine/insight.test.ts",
        "about a path outside, of secrets or behind a link does not reach it",
        "tells nothing of an ignored file, also where the draft was given one of its name",
      ),
    ],
  },
];
