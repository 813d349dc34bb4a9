/**
 * A stage for one family: a session on real rooms (memory, draft, disk, sandbox), a folder of the person's, a scripted model.
 *
 * Always: everything lies below one temporary folder, whose home is the agent's whole home; what was started is gone at the end.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { BeginningsReport } from "../../src/demo/beginnings.ts";
import { startServer, type RecordedRequest } from "../../src/demo/server.ts";
import { openDrafts } from "../../src/draft/index.ts";
import { executableAt, immovableReason, moveFile, setExecutable } from "../../src/editor/attributes.ts";
import { exchange, findFile, lockedReason, tidy } from "../../src/editor/disk.ts";
import { linkAt, setLink } from "../../src/editor/links.ts";
import { acpEngine } from "../../src/engine/acp/index.ts";
import { anthropicEngine } from "../../src/engine/anthropic/index.ts";
import { openMemory } from "../../src/memory/index.ts";
import type {
  Connection,
  DecisionItem,
  FileView,
  Files,
  HunkView,
  Question,
  SessionEvent,
} from "../../src/protocol/index.ts";
import { resumeSession } from "../../src/session/resume.ts";
import { startSession } from "../../src/session/start.ts";
import type { SessionParts, Supervised } from "../../src/session/supervised.ts";
import { openAgents } from "../../src/system/agents/index.ts";
import { guardPath } from "../../src/system/paths.ts";
import { openSandbox } from "../../src/system/sandbox/index.ts";
import { makeRepository } from "../../scripts/hosts/workspace.ts";
import { root } from "../../scripts/setup.mjs";
import { worker } from "../unit/draft/place.ts";
import { spoken, type Family } from "./families.ts";

const key = "sk-ant-demo-0123456789abcdefghij";

export interface Stage {
  folder: string;
  session: Supervised;
  requests: RecordedRequest[];
  /** Which of the requests to the first family’s model began with the one before. */
  beginnings(): BeginningsReport;
  /** What was asked of the person; answered by `answer`. */
  questions: Question[];
  answer: (question: Question) => { option: string; why?: string };
  /** Called with what the model is sent, before it answers. */
  meanwhile: (request: RecordedRequest) => void;
  draft(): string;
  events(): SessionEvent[];
  files(): Promise<FileView[]>;
  waiting(): Promise<{ file: FileView; hunk: HunkView; item: DecisionItem }[]>;
  /** The window is closed, and the session opened again. */
  reload(): Promise<void>;
  /** How a connection to this family is called. */
  connectionOf(family: Family): Connection;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openStage(
  family: Family,
  scenario: Record<string, unknown>,
  also: readonly Family[] = [],
): Promise<Stage> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "countersign-agents-")));
  const [folder, home, storage] = ["project", "home", "storage"].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [home, storage]) mkdirSync(each);
  cpSync(join(root, "src/demo/sample"), folder, { recursive: true });
  await makeRepository(folder);
  mkdirSync(join(place, "model"));
  const all = [family, ...also];
  const models = await Promise.all(
    all.map(async (one, index) => {
      writeFileSync(join(place, "model", `job-${index}.json`), JSON.stringify(spoken(scenario, one)));
      return startServer({ token: key, scenariosDir: join(place, "model"), scenario: `job-${index}`, speed: 100_000 });
    }),
  );
  const requests: RecordedRequest[] = [];
  for (const model of models)
    Object.assign(model.requests, {
      push: (request: RecordedRequest) => {
        stage.meanwhile(request);
        return requests.push(request);
      },
    });
  const environment = { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`, HOME: home };
  const drafts = openDrafts({ storage, worker, environment });
  const sandbox = openSandbox({ records: join(storage, "running"), environment });
  const agents = openAgents(sandbox, storage, environment, home);
  const configured = all.flatMap(({ name, agent }, index) =>
    agent === null
      ? []
      : [
          {
            name,
            command: agent.command,
            args: agent.args,
            env: agent.env(`http://127.0.0.1:${models[index]!.port}`, key),
          },
        ],
  );
  const connectionOf = ({ name, version, agent }: Family): Connection =>
    agent === null
      ? {
          name,
          endpoint: `http://127.0.0.1:${models[all.findIndex((one) => one.name === name)]!.port}`,
          model: "demo",
          key: "k",
        }
      : { name, endpoint: "", model: "", key: "", agent: { name, version } };
  const parts: SessionParts = {
    folder: { path: folder, uri: `file://${folder}`, name: "project" },
    drafts,
    memory: openMemory(storage),
    files: filesIn(folder),
    engine: async (connection, session) => {
      if (!connection.agent) return anthropicEngine({ connection, key });
      const agent = agents.find(configured, folder).find(({ name }) => name === connection.name);
      if (agent?.kind !== "found") throw new Error(agent?.why ?? `${connection.name} is not there`);
      const start = agents.starter(agent, { session, tree: folder, agreed: async () => false });
      return acpEngine({ name: agent.name, servers: [], mayRead: () => false, met: () => {}, start });
    },
  };
  const listen = (session: Supervised): Supervised => {
    const answered = new Set<string>();
    session.listen((message) => {
      if (message.kind !== "head") return;
      for (const question of message.head.questions) {
        if (answered.has(question.id)) continue;
        answered.add(question.id);
        stage.questions.push(question);
        const { option, why } = stage.answer(question);
        if (option !== "") void session.reply(question.id, option, why);
      }
    });
    return session;
  };
  const stage: Stage = {
    folder,
    requests,
    beginnings: () => models[0]!.beginnings(),
    questions: [],
    answer: (question) => ({ option: question.options.find(({ kind }) => kind === "once")?.id ?? "" }),
    meanwhile: () => {},
    session: null as unknown as Supervised,
    draft: () => {
      const found = readdirSync(join(storage, "drafts"), { withFileTypes: true }).find((entry) => entry.isDirectory());
      if (!found) throw new Error("there is no draft");
      return join(storage, "drafts", found.name);
    },
    events: () => eventsIn(join(storage, "sessions", stage.session.id, "log")),
    async files() {
      const found = new Map<string, FileView>();
      for (const message of await stage.session.everything()) {
        if (message.kind !== "file") continue;
        const known = message.part > 0 ? found.get(message.file.id) : undefined;
        found.set(
          message.file.id,
          known ? { ...message.file, hunks: [...known.hunks, ...message.file.hunks] } : message.file,
        );
      }
      return [...found.values()];
    },
    waiting: async () =>
      (await stage.files()).flatMap((file) =>
        file.hunks
          .filter(({ state }) => state === "pending")
          .map((hunk) => ({ file, hunk, item: { file: file.id, revision: file.revision, hunks: [hunk.id] } })),
      ),
    async reload() {
      const { id } = stage.session;
      await stage.session.close();
      stage.session = listen(await resumeSession(parts, id));
    },
    connectionOf,
    async [Symbol.asyncDispose]() {
      await stage.session.close();
      await drafts[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
      for (const model of models) await model.close();
      rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
  stage.session = listen(
    await startSession(parts, { goal: "Do the job.", attachments: [], connection: connectionOf(family) }),
  );
  return stage;
}

/** The person’s files on the disk, with no editor open. */
export function filesIn(folder: string): Files {
  const where = { root: folder, guard: guardPath };
  return {
    async read(path) {
      const found = await findFile(where, path);
      if (found.kind === "refused") return { bytes: null, dirty: null, refusal: found };
      const bytes = found.kind === "file" ? found.bytes : null;
      return { bytes, dirty: null, refusal: bytes === null ? null : await lockedReason(where, path) };
    },
    write: (path, from, to) => exchange(where, path, from, to),
    unsaved: async () => [],
    executable: async (path) => executableAt(where, path),
    setExecutable: (path, from, to) => setExecutable(where, path, from, to),
    immovable: (from, to) => immovableReason(where, from, to),
    move: (from, to) => moveFile(where, from, to),
    link: async (path) => linkAt(where, path),
    setLink: (path, from, to) => setLink(where, path, from, to),
    tidy: (path) => tidy(where, path),
  };
}

/** Every file of a folder with its text, its repository left out. */
export function textsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).includes("/.git/"))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}

function eventsIn(log: string): SessionEvent[] {
  return existsSync(log)
    ? readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => /^[0-9a-f]{8} \{/.test(line))
        .map((line) => JSON.parse(line.slice(9)) as SessionEvent)
    : [];
}
