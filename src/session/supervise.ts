/**
 * Supervise: joins desk, turn, decisions and showing into one session that the editor can hold.
 *
 * Always: whatever changes the session stands in the desk's one queue; an action answers, it never throws at the
 * editor. A log that cannot be written stops the agent at once: there is no action without a record.
 */
import { connectionText, type Activity, type Notice } from "../protocol/index.ts";
import { openAgreeing } from "./agreeing.ts";
import { undoneByHand } from "./by-hand.ts";
import { openCloser } from "./closer.ts";
import { openCommanding } from "./commanding.ts";
import { accept, reject, take } from "./deciding.ts";
import type { Desk } from "./desk.ts";
import { acceptRows, edit } from "./editing.ts";
import { settleOpen, settleUnsaved } from "./recovering.ts";
import { applyThere, cameByHand, mayBeWaiting, renamedByHand } from "./following.ts";
import { openQuestions } from "./questions.ts";
import { openShowing } from "./showing.ts";
import { openSparing } from "./sparing.ts";
import { openSpending } from "./spending.ts";
import { openStreaming, type Streaming } from "./streaming.ts";
import type { Answer, Supervised } from "./supervised.ts";
import { closing, messageOf, runTurn } from "./turn.ts";
import { redo, undo } from "./undoing.ts";

const elsewhere = "Another window has this session: it can be read here, and continued there.";

/** Milliseconds of quiet before a file that is being typed in is read again. */
const typingPause = 150;

export interface Supervision extends Supervised {
  /** Shows that the copy is being made; null when it is done. */
  copying(progress: { files: number; bytes: number } | null): void;
}

export function supervise(desk: Desk, prepare: (signal: AbortSignal) => Promise<void>): Supervision {
  let running: { abort: AbortController; ended: Promise<void> } | null = null;
  let copying: { files: number; bytes: number } | null = null;
  let failure: Notice | null = null;
  let activity: Activity = "idle";
  const timers = new Map<string, NodeJS.Timeout>();

  const streaming: Streaming = openStreaming(() => showing.streamed());
  const shownStreaming: Streaming = {
    ...streaming,
    doing: () =>
      copying ? `${copying.files.toLocaleString("en")} files, ${megabytes(copying.bytes)}` : streaming.doing(),
  };
  const agreeing = openAgreeing(() => showing.changed());
  const questions = openQuestions(desk);
  const commanding = openCommanding(desk);
  const spending = openSpending(desk);
  const sparing = openSparing({ parts: desk.parts, draft: () => desk.draft });
  const showing = openShowing(desk, () => shownStreaming, {
    activity: () => (copying ? "copying" : !desk.log.writable ? "readonly" : waits() ? "waiting" : activity),
    spent: () => spending.view(),
    notice: () => agreeing.notice() ?? failure ?? endNotice(desk),
  });
  const waits = (): boolean =>
    activity === "working" && (desk.state.questions.length > 0 || agreeing.notice() !== null || streaming.waiting());
  const closer = openCloser(desk, (message) => showing.send(message));
  desk.onAppend = () => showing.changed();

  const act = async (work: () => Promise<Answer>): Promise<Answer> => {
    if (!desk.log.writable) {
      return { kind: "refused", text: elsewhere };
    }
    try {
      return await desk.inTurn(async () => {
        await settleOpen(desk);
        return work();
      });
    } catch (error) {
      running?.abort.abort();
      failure = { kind: "error", text: messageOf(error), remedy: remedyIn(error), actions: [] };
      return { kind: "refused", text: `${messageOf(error)} ${remedyIn(error)}`.trim() };
    } finally {
      // Also what was refused may have found that the person has typed: the page is to say so.
      showing.changed();
    }
  };

  const session: Supervision = {
    id: desk.log.session,
    get connection() {
      return desk.state.connection;
    },
    head: () => showing.head(),

    async prompt(text, attachments = []) {
      if (running || !desk.log.writable) {
        const cause = running ? "The agent is still working: stop it, or wait for its end." : elsewhere;
        showing.send({ kind: "say", tone: "error", text: `Not sent. ${cause}` });
        return;
      }
      const abort = new AbortController();
      activity = "working";
      failure = null;
      const work = async () => {
        try {
          await prepare(abort.signal);
          const engine = () => desk.parts.engine(desk.state.connection, desk.log.session);
          await runTurn(
            desk,
            engine,
            { text, attachments },
            { streaming, agreeing, questions, commanding, spending },
            abort.signal,
          );
        } catch (error) {
          if (abort.signal.aborted) return;
          failure = { kind: "error", text: messageOf(error), remedy: remedyIn(error), actions: [] };
        } finally {
          running = null;
          copying = null;
          activity = "idle";
          sparing.begin();
          showing.changed();
        }
      };
      running = { abort, ended: work() };
      showing.changed();
      await running?.ended;
    },

    async sendNow(text) {
      // Whoever else sends while it stops comes first.
      await session.stop();
      await session.prompt(text);
    },

    choose: (connection) =>
      act(async () => {
        if (running) return { kind: "refused", text: "The agent is still working: stop it, or wait for its end." };
        const engine = connection.agent ? "acp" : "anthropic";
        const text = `From here on ${connectionText(connection)} does the work.`;
        await desk.append({ kind: "engine.chosen", connection, engine }, { kind: "note", text });
        return { kind: "done" };
      }),

    async stop() {
      if (!running) return;
      activity = "stopping";
      running.abort.abort();
      showing.changed();
      await running?.ended;
    },

    agree: () => agreeing.agree(),
    reply: (question, option, why = "") => act(() => questions.reply(question, option, why)),

    accept: (items, why = "") => act(() => accept(desk, items, why)),
    edit: (item, text, why = "") => act(() => edit(desk, item, text, why)),
    acceptRows: (item, lines, why = "") => act(() => acceptRows(desk, item, lines, why)),
    reject: (items, why = "") => act(() => reject(desk, items, why, false)),
    take: (items) => act(() => take(desk, items)),
    keep: (items) => act(() => reject(desk, items, "", true)),
    undo: (decision) => act(() => undo(desk, decision)),
    redo: (decision) => act(() => redo(desk, decision)),

    userChanged(path) {
      const own = [...desk.state.files.values()].filter((file) => file.path === path);
      const text = own.find((file) => file.attribute === null);
      if (own.length === 0 && !mayBeWaiting(desk, path)) return;
      clearTimeout(timers.get(path));
      timers.set(
        path,
        setTimeout(() => {
          timers.delete(path);
          const look = async (): Promise<Answer> => {
            for (const id of await cameByHand(desk, path)) showing.touched(id);
            return text ? undoneByHand(desk, text.id) : { kind: "done" };
          };
          void act(look).then(() => own.forEach(({ id }) => showing.touched(id)));
        }, typingPause),
      );
    },

    userRenamed(from, to) {
      void desk.inTurn(async () => renamedByHand(desk, from, to).forEach((id) => showing.touched(id)));
    },

    applyThere: (file) => act(() => applyThere(desk, file)),

    userSaved(path) {
      const id = desk.state.byPath.get(path);
      const waiting = desk.state.unsaved.filter((one) => one.file === id);
      if (id === undefined || waiting.length === 0 || !desk.log.writable) return;
      void act(async () => {
        for (const { decision } of waiting) await settleUnsaved(desk, id, decision, "saved");
        return { kind: "done" };
      });
    },

    async output(name) {
      const item = desk.state.talk.find((one) => one.kind === "tool" && one.output === name);
      return item?.kind === "tool" ? { command: item.summary, bytes: await desk.log.bodies.get(name) } : null;
    },

    pathOf: (file) => desk.state.files.get(file)?.path ?? null,
    closer: (item) => closer.want(item),
    listen: (listener) => showing.listen(listener),
    everything: () => showing.everything(),
    copying(progress) {
      copying = progress;
      showing.streamed();
    },

    async close() {
      running?.abort.abort(closing);
      await running?.ended;
      await sparing.close();
      for (const timer of timers.values()) clearTimeout(timer);
      closer.close();
      showing.close();
      await desk.inTurn(async () => {});
      await desk.draft?.close();
      await desk.log.close();
    },
  };
  return session;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function remedyIn(error: unknown): string {
  const remedy = (error as { remedy?: unknown } | null)?.remedy;
  return typeof remedy === "string" ? remedy : "";
}

/** A turn that did not end well stays named until the next one. */
function endNotice(desk: Desk): Notice | null {
  const ended = desk.state.ended;
  if (!ended || ended.how === "done" || ended.how === "stopped") return null;
  const text =
    ended.message ||
    (ended.how === "interrupted" ? "The window closed while the agent was working." : `The turn ended: ${ended.how}.`);
  const remedy =
    ended.remedy ||
    (ended.how === "interrupted" ? "What it had proposed is here to decide. Send a follow-up to go on." : "");
  const actions: Notice["actions"] = [];
  if (/API key/i.test(`${text} ${remedy}`)) actions.push({ label: "Set API Key…", action: "key" });
  if (ended.how === "interrupted" || ended.how === "failed") actions.push({ label: "Try Again", action: "retry" });
  return { kind: ended.how === "failed" ? "error" : "warning", text, remedy, actions };
}
