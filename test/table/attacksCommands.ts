/** Attacks by what commands do in a draft, and by what a draft does to git. */
import { tests, type Row } from "./row.ts";

const breakout = "unit/system/sandbox/breakout.test.ts";
const ways = "unit/system/sandbox/attacks.ts";
const life = "unit/system/sandbox/running.test.ts";
const probe = "unit/system/sandbox/probe.test.ts";
const repository = "unit/draft/repository.test.ts";
const whole = "unit/hostile/commands.test.ts";
const families = "unit/hostile/families.test.ts";
const scenes = "unit/hostile/scenes.ts";
const actions = "unit/hostile/actions.ts";
const everyUser = "holds against every way of the table too, with an open file of its window inherited";

export const attacksCommands: readonly Row[] = [
  {
    id: "A19",
    name: "a repository of the attacker's in the draft's place",
    tests: [
      ...tests(
        repository,
        "tells of a repository of another's making, and does not take its place",
        "is never opened by git of ours",
      ),
      ...tests(actions, "puts a pointer to a repository of its own in the place of the copy's"),
    ],
  },
  {
    id: "A20",
    name: "settings written in the draft that the person's git obeys",
    tests: [
      ...tests(
        repository,
        "is clean, follows the person's newest commit, and takes commits; theirs stays as it was to the byte and the time",
        "leads nowhere outside the sandbox, has no remote and no hook, and keeps the person's settings out",
      ),
      ...tests(actions, "writes settings that git obeys into its copy's repository and the person's"),
    ],
  },
  {
    id: "A21",
    name: "a hook written for the person's next commit",
    tests: [
      ...tests(actions, "writes hooks into its copy's repository and the person's"),
      ...tests(ways, "writes a hook into the person's repository"),
      ...tests(repository, "cannot be used to write what it borrows"),
    ],
  },
  {
    id: "A22",
    name: "hooks of the repository that run when its copy is made",
    tests: [
      ...tests(actions, "has hooks run from a tracked folder"),
      ...tests("unit/system/git.test.ts", "runs no hook, monitor or pager of the repository"),
      ...tests(
        repository,
        "leads nowhere outside the sandbox, has no remote and no hook, and keeps the person's settings out",
      ),
    ],
  },
  {
    id: "A23",
    name: "a nested repository that git enters",
    tests: [
      ...tests(actions, "makes a repository in a folder, with a monitor and a filter"),
      ...tests(
        "unit/hostile/model.test.ts",
        "writes nothing into a submodule or a repository inside, and neither is entered",
      ),
      ...tests(
        repository,
        "is never a change, before and after the agent used it, and neither is what it was told to pass by",
      ),
    ],
  },
  {
    id: "A24",
    name: "attributes that name a filter",
    tests: [
      ...tests(repository, "a repository with filters and line ends of its own", "is never opened by git of ours"),
      ...tests(actions, "has every file go through a filter"),
    ],
  },
  {
    id: "A25",
    name: "a bare repository among the files",
    tests: [
      ...tests(repository, "is never opened by git of ours"),
      ...tests(actions, "puts a bare repository among the files"),
      ...tests("unit/review/protectedNames.test.ts", "a folder with this file for a repository"),
    ],
  },
  {
    id: "A30",
    name: "a command that means more than it says",
    tests: [
      ...tests(
        families,
        "gets nothing by any action of the table, and each refusal is told to it, to the page and to the log",
      ),
      ...tests(breakout, "changes nothing outside the draft by all of this", everyUser),
      ...tests(
        ways,
        "reads a key in the home folder",
        "reads the person's folder through a link of its own",
        "writes a setting of the kernel",
        "makes a namespace of its own",
        "makes a hard link to a file outside",
      ),
      ...tests(whole, "shows what would run byte by byte, several lines and what nobody sees included"),
      ...tests("unit/engine/shaping.test.ts", "shows the line alone, and what it leads to on one line each"),
    ],
  },
  {
    id: "A31",
    name: "a harmless tool that carries secrets out",
    tests: [
      ...tests(
        families,
        "gets nothing by any action of the table, and each refusal is told to it, to the page and to the log",
      ),
      ...tests(ways, "connects to a server of this machine", "connects to an abstract socket", "asks for a name"),
      ...tests(whole, "reads no file of secrets, nothing of the person's, and reaches nobody"),
      ...tests(probe, "are left out with a socket in them, and when they are links"),
    ],
  },
  {
    id: "A32",
    name: "a check that runs what the agent wrote",
    tests: [
      ...tests(actions, "has a check run what it wrote"),
      ...tests(breakout, "changes nothing outside the draft by all of this"),
      ...tests(life, "is ended with all it started at its limit of "),
    ],
  },
  {
    id: "A33",
    name: "a sandbox that is silently gone",
    tests: [
      ...tests(families, " has no command tool in any request, starts no agent unasked, and says why and what helps"),
      ...tests(probe, "says what to install where there is no tool, what is too old, and what does not work"),
      ...tests(probe, "takes no tool that somebody else could have put or changed there"),
      ...tests(breakout, "does not run where a mount point has become a link"),
      ...tests(whole, "has no command tool, and the session says so once, with the remedy"),
    ],
  },
  {
    id: "A35",
    name: "processes that outlive their command",
    tests: [
      ...tests(
        life,
        "is stopped with a hundred forked children, sessions and deaf ones among them, within 200 milliseconds",
        "goes with its window when that is killed",
        "is ended at the next start, and nothing that only has its number",
      ),
      ...tests(scenes, "leaves processes behind that hear no signal, and none is left when its turn is over"),
    ],
  },
];
