/** Attacks by configuration and by trust that was given to something else. */
import { tests, type Row } from "./row.ts";

const model = "unit/hostile/model.test.ts";
const sources = "unit/hostile/sources.test.ts";
const names = "unit/review/protected.test.ts";
const members = "unit/review/protectedMembers.test.ts";
const scenes = "unit/hostile/scenes.ts";
const bulk = "gets nothing that others run or obey into a bulk accept, in any spelling, there already or not";

export const attacksConfiguration: readonly Row[] = [
  {
    id: "A01",
    name: "the workspace points the interface elsewhere and gets the key",
    tests: [
      ...tests(
        "host/newTask.test.ts",
        "promise 9: takes endpoint, model and headers from no workspace",
        "sends a key to no other address than the one it was set for",
      ),
      ...tests(
        "unit/engine/gateway.test.ts",
        "that sends the request elsewhere gets an end, and elsewhere gets nothing",
        "is sent no header that carries a secret, or that the request makes itself",
      ),
      ...tests(
        "host/promisesInTheWay.test.ts",
        "promise 9: nothing in the workspace chooses endpoint, key, model, or what is accepted",
      ),
      ...tests("unit/engine/client.test.ts", "changes no request: not its address, its headers, its key or its number"),
      ...tests(model, "is not followed: "),
      ...tests("host/manifest.test.ts", "lets no workspace set anything"),
    ],
  },
  {
    id: "A02",
    name: "the agent turns off approval by writing settings",
    tests: [
      ...tests(
        scenes,
        "plants configuration of agents for its next turn, is not given it there, and that is said once",
      ),
      ...tests("host/manifest.test.ts", "lets no workspace set anything"),
      ...tests(sources, "have no accept without a person, and no rule that a workspace could loosen"),
      ...tests(model, bulk),
    ],
  },
  {
    id: "A03",
    name: "code runs before or instead of the question for trust",
    tests: [
      ...tests("ui/restricted.ts", "reads, starts and asks nothing while the folder is not trusted"),
      ...tests("host/badInput.test.ts", "a folder that is not trusted"),
      ...tests("host/activation.test.ts", "is present and activates"),
    ],
  },
  {
    id: "A04",
    name: "an approval that was given to a name, whose content is exchanged later",
    tests: [
      ...tests(scenes, "asks for leave under a false name, and again for something else under the same one"),
      ...tests(
        "unit/hostile/commands.test.ts",
        "asks again when what it leads to has changed, and keeps an answer that is for always outside the folder",
        "is allowed by nothing that lies in the workspace",
      ),
      ...tests("unit/engine/resolving.test.ts", "is another one after a change of ", "leads through no link"),
      ...tests("unit/memory/approvals.test.ts", "is none where the file is "),
    ],
  },
  {
    id: "A05",
    name: "trust that a crafted repository borrows from another folder",
    tests: [
      ...tests(sources, "take trust from the editor alone, and make no text of others trusted"),
      ...tests(model, "finds no trust and no other history in a repository that borrows another's"),
    ],
  },
  {
    id: "A06",
    name: "a file that the editor or an agent runs or obeys, and a schema that it fetches",
    tests: [
      ...tests(names, ", with what it causes"),
      ...tests(members, "is found, hunk by hunk: "),
      ...tests(model, bulk, "gets such a file in by a decision of its own, and out again"),
      ...tests(
        "host/hostile.test.ts",
        "leaves protected hunks out of Accept All and Accept File, says so, and takes one by itself",
      ),
      ...tests("unit/webview/places.test.ts", "leaves alone a protected hunk, and counts it"),
    ],
  },
  {
    id: "A07",
    name: "a guarded name in another case, normal form, or with something behind it",
    tests: [
      ...tests(names, "The same names as other file systems would read them"),
      ...tests(model, bulk),
      ...tests("unit/system/paths.test.ts", ".git::$INDEX_ALLOCATION/config"),
    ],
  },
  {
    id: "A08",
    name: "a guarded file that is not there yet is created",
    tests: tests(names, "is one that does not exist yet as well as one that does"),
  },
  {
    id: "A09",
    name: "a folder, workspace or window that a repository names is opened",
    tests: tests(sources, "open no folder, workspace or window but the one for the demo's own fresh copy"),
  },
];
