/**
 * The session this window works on: at most one, of one workspace folder.
 *
 * Starts it, resumes it, lets go of it; tells whoever listens what there is to show. It decides nothing and shows nothing.
 * Always: another session comes only after the one before was closed; what listens hears of exactly one session at a time.
 */
import { EventEmitter, l10n, workspace } from "vscode";
import type { Disposable, Event, LogOutputChannel, Memento, SecretStorage, WorkspaceFolder } from "vscode";
import type { Connection, Engine, HeadView, HostMessage, Notice, Reach } from "../protocol/index.ts";
import { withoutSecrets } from "../protocol/secrets.ts";
import type { NewTask, SessionParts, Supervised } from "../session/index.ts";
import { agentEngine } from "./agents.ts";
import { configuredReach, type NoReach } from "./connection.ts";
import { demoConnection, type Demo } from "./demo.ts";
import { configuredLimits, numberOf } from "./limits.ts";
import type { Rooms } from "./rooms.ts";
import { openWords, speaking, told } from "./words.ts";

export type Opened = { kind: "opened"; session: Supervised } | { kind: "failed"; text: string; remedy: string };

export interface Current extends Disposable {
  session(): Supervised | null;
  folder(): WorkspaceFolder | null;
  /** What to show at the top: the session's head, or what is being done to get one. */
  head(): HeadView;
  /** Makes a session and begins its first turn; does not wait for its end. */
  start(folder: WorkspaceFolder, task: NewTask): Promise<Opened>;
  /** Opens a remembered session; one that could only be read here is opened anew. No turn starts by itself. */
  resume(folder: WorkspaceFolder, id: string): Promise<Opened>;
  /** Lets go of the session; it can be resumed. */
  close(): Promise<void>;
  /** Shows a problem where there is no session to show. Null takes it away. */
  notice(notice: Notice | null): void;
  /** Another session, or none. */
  readonly onDidSwitch: Event<void>;
  /** The head is another one. */
  readonly onDidHead: Event<HeadView>;
  /** Every message of the session, as it comes. */
  readonly onDidSay: Event<HostMessage>;
}

export function openCurrent(parts: {
  rooms: Rooms;
  demo: Demo;
  secrets: SecretStorage;
  memento: Memento;
  log: LogOutputChannel;
}): Current {
  const { rooms, demo, secrets, memento, log } = parts;
  const switched = new EventEmitter<void>();
  const headed = new EventEmitter<HeadView>();
  const said = new EventEmitter<HostMessage>();
  let session: Supervised | null = null;
  let folder: WorkspaceFolder | null = null;
  let silence = (): void => {};
  let blank = emptyHead();
  /** Opening and closing happen one after the other. */
  let queue: Promise<unknown> = Promise.resolve();

  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = queue.then(act, act);
    queue = mine.catch(() => {});
    return mine;
  }

  function showBlank(change: Partial<HeadView>): void {
    blank = { ...blank, ...change };
    if (session === null) headed.fire(blank);
  }

  async function engine(connection: Connection, id: string, of: WorkspaceFolder): Promise<Engine> {
    if (connection.agent) return agentEngine(parts, connection.agent, { session: id, folder: of });
    const live = await reached(connection);
    if (live.kind !== "reach") return cannot(live.text, live.remedy);
    const made = await rooms.engine(connection, live);
    return connection.key === demoConnection.key ? whileItRuns(made, demo) : made;
  }

  /** Where a connection leads now, and with which key. */
  async function reached(connection: Connection): Promise<({ kind: "reach" } & Reach) | NoReach> {
    if (connection.key === demoConnection.key) {
      try {
        return { kind: "reach", ...(await demo.connect()), keyHeader: "authorization", headers: {} };
      } catch (error) {
        return { kind: "wrong", ...plainly(error) };
      }
    }
    // The kept key belongs to the endpoint that is configured now: it never follows an address out of an older log.
    return configuredReach(secrets, memento);
  }

  async function sessionParts(of: WorkspaceFolder): Promise<SessionParts> {
    const [memory, drafts, guard, commands, day, { openFiles, openInsight }] = await Promise.all([
      rooms.memory(),
      rooms.drafts(),
      rooms.guard(),
      rooms.commands(),
      rooms.day(),
      import("./person.ts"),
      openWords(),
    ]);
    return {
      folder: { path: of.uri.fsPath, uri: of.uri.toString(), name: of.name },
      drafts,
      memory,
      files: openFiles(of.uri, guard),
      engine: (connection, id) => engine(connection, id, of),
      commands,
      // In Restricted Mode extensions would read files that nobody vouches for.
      ...(workspace.isTrusted ? { insight: openInsight(of.uri, guard) } : {}),
      limits: configuredLimits,
      spare: () => numberOf("spareCopy.megabytes", 200) * 1_000_000,
      day,
    };
  }

  async function letGo(): Promise<void> {
    silence();
    silence = () => {};
    const old = session;
    session = null;
    folder = null;
    if (old) {
      switched.fire();
      await old.close();
      log.info(`session ${old.id}: closed`);
    }
    demo.end();
  }

  function take(opened: Supervised, of: WorkspaceFolder): Opened {
    const next = speaking(opened);
    session = next;
    folder = of;
    blank = emptyHead();
    log.info(`session ${next.id}: open`);
    silence = next.listen((message) => {
      if (message.kind === "head") headed.fire(message.head);
      said.fire(message);
    });
    switched.fire();
    headed.fire(next.head());
    return { kind: "opened", session: next };
  }

  function failed(error: unknown): Opened {
    log.error(error instanceof Error ? error : String(error));
    const { text, remedy } = plainly(error);
    demo.end();
    showBlank({
      ...emptyHead(),
      notice: { kind: "error", text, remedy, actions: [{ label: l10n.t("New Task…"), action: "new-task" }] },
    });
    return { kind: "failed", text, remedy };
  }

  return {
    session: () => session,
    folder: () => folder,
    head: () => session?.head() ?? blank,
    start: (of, task) =>
      inTurn(async () => {
        await letGo();
        showBlank({
          ...emptyHead(),
          goal: task.goal,
          folder: of.name,
          connection: task.connection.name,
          activity: "copying",
          doing: l10n.t("Making a private copy"),
        });
        try {
          const { startSession } = await rooms.session();
          const begun = await startSession(await sessionParts(of), task);
          // What the session shows by itself begins with its first turn, which makes the copy.
          const opened = take(begun, of);
          void begun.prompt(task.goal, task.attachments);
          return opened;
        } catch (error) {
          return failed(error);
        }
      }),
    resume: (of, id) =>
      inTurn(async () => {
        if (session?.id === id && session.head().activity !== "readonly") return { kind: "opened", session };
        await letGo();
        showBlank({ ...emptyHead(), folder: of.name, activity: "waiting", doing: l10n.t("Opening the session") });
        try {
          const { resumeSession } = await rooms.session();
          return take(await resumeSession(await sessionParts(of), id), of);
        } catch (error) {
          return failed(error);
        }
      }),
    close: () => inTurn(letGo),
    notice: (notice) => showBlank({ notice }),
    onDidSwitch: switched.event,
    onDidHead: headed.event,
    onDidSay: said.event,
    dispose: () => {
      void inTurn(letGo);
      for (const emitter of [switched, headed, said]) emitter.dispose();
    },
  };
}

/** An engine that says why it cannot work. */
function cannot(message: string, remedy: string): Engine {
  return {
    run: async function* () {
      yield { kind: "ended", how: "failed", message, remedy };
    },
  };
}

/** The demo's engine: says that the demo has ended where its server went away, not that there is no network. */
function whileItRuns(engine: Engine, demo: Demo): Engine {
  return {
    run: async function* (turn, signal) {
      for await (const event of engine.run(turn, signal)) {
        const gone = event.kind === "ended" && event.how === "failed" && !demo.running;
        yield gone ? { ...event, message: l10n.t("The demo has ended."), remedy: demoRemedy() } : event;
      }
    },
  };
}

function demoRemedy(): string {
  return l10n.t(
    "Its scripted model is a process on this machine, and that process is gone. Your hunks and decisions are all there. “Countersign: Continue Task” starts it again and goes on; “Countersign: Start Demo Session” begins anew.",
  );
}

/** What went wrong and what to do, as people read it. */
export function plainly(error: unknown): { text: string; remedy: string } {
  if (!(error instanceof Error)) return { text: told(withoutSecrets(String(error))), remedy: "" };
  const remedy =
    "remedy" in error && typeof error.remedy === "string"
      ? told(error.remedy)
      : l10n.t("The log “Countersign” in the Output view has the details.");
  return { text: told(withoutSecrets(error.message)), remedy };
}

function emptyHead(): HeadView {
  return {
    session: null,
    goal: "",
    folder: workspace.workspaceFolders?.[0]?.name ?? "",
    connection: "",
    activity: "none",
    doing: "",
    counts: { files: 0, pending: 0, accepted: 0, rejected: 0, stale: 0 },
    plan: [],
    notice: null,
    questions: [],
    undo: null,
    redo: null,
    decisions: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  };
}
