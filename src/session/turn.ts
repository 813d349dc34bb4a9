/**
 * A turn: from a prompt to the engine's silence.
 *
 * Boundary, prompt, then the engine's events in order: what it says and does is logged, what it streams is shown, and
 * after every tool call the draft itself is looked at before the engine goes on.
 *
 * Always: nothing of the person's is written into the draft between boundary and end; a turn that began has an end in
 * the log, at the latest when the session is opened again.
 */
import {
  assertNever,
  withoutSecrets,
  type Attachment,
  type Engine,
  type EngineEvent,
  type EventBody,
  type LoggedAttachment,
  type TurnRequest,
} from "../protocol/index.ts";
import { spanOf, type Agreeing } from "./agreeing.ts";
import { crossBoundary } from "./boundary.ts";
import type { Commanding } from "./commanding.ts";
import type { Desk } from "./desk.ts";
import { look } from "./looking.ts";
import type { Questions } from "./questions.ts";
import { joinRenamed } from "./renaming.ts";
import type { Reached, SpendingWatch } from "./spending.ts";
import type { Streaming } from "./streaming.ts";

export interface Prompt {
  text: string;
  attachments: readonly Attachment[];
}

/** What a session has beside the desk that a turn works with. */
export interface Beside {
  streaming: Streaming;
  agreeing: Agreeing;
  questions: Questions;
  commanding: Commanding;
  spending: SpendingWatch;
}

/** Runs one turn. Resolves when it has ended; never rejects for what an engine does. */
export async function runTurn(
  desk: Desk,
  engine: () => Promise<Engine>,
  prompt: Prompt,
  { streaming, agreeing, questions, commanding, spending }: Beside,
  stopped: AbortSignal,
): Promise<void> {
  const turn = desk.state.turn + 1;
  const beyond = new AbortController();
  const signal = AbortSignal.any([stopped, beyond.signal]);
  let begun = false;
  try {
    const report = await desk.inTurn(() => crossBoundary(desk, turn, signal));
    const attachments = await Promise.all(
      prompt.attachments.map(async (one): Promise<LoggedAttachment> => {
        const bytes = "text" in one ? new TextEncoder().encode(one.text) : one.bytes;
        const content = await desk.log.bodies.put(bytes);
        return { name: one.name, content, ...("text" in one ? {} : { type: one.type }) };
      }),
    );
    await desk.append({ kind: "turn.started", turn, prompt: prompt.text, attachments });
    begun = true;
    const history = await historyOf(desk);
    const commands = await commanding.commands();
    const request: TurnRequest = {
      history,
      report,
      prompt: prompt.text,
      attachments: prompt.attachments,
      root: desk.draft!.root,
      ...(desk.draft!.repository ? { repository: desk.draft!.repository.bind(desk.draft) } : {}),
      agree: async (wait, until) => {
        const agreed = await agreeing.ask(wait, until);
        const text = `You agreed to wait ${spanOf(wait.seconds)}: ${wait.why}.`;
        if (agreed) await desk.inTurn(() => desk.append({ kind: "note", text }));
        return agreed;
      },
      ask: (question, until) => questions.ask(question, AbortSignal.any([signal, until])),
      ...(commands === null ? {} : { commands }),
      ...(desk.parts.insight ? { insight: desk.parts.insight } : {}),
    };
    const running = await engine();
    await spending.begin((reached) => beyond.abort(reached));
    for await (const event of running.run(request, signal)) {
      const ending = event.kind === "ended" && event.how === "stopped";
      await take(desk, turn, ending ? { ...event, ...stopOf(signal) } : event, streaming);
      if (event.kind === "step.ended" || event.kind === "cost" || event.kind === "answered") await spending.look();
    }
  } catch (error) {
    const end: End = { how: "failed", message: messageOf(error), remedy: remedyOf(error) };
    if (!begun) await desk.append({ kind: "turn.started", turn, prompt: prompt.text, attachments: [] });
    await endTurn(desk, turn, signal.aborted ? { ...nothingSaid, ...stopOf(signal) } : end, streaming);
  } finally {
    // A day's book that cannot be written stops no task.
    await spending.end().catch(() => {});
  }
  if (desk.state.turnOpen) await endTurn(desk, turn, { how: "interrupted", message: "", remedy: "" }, streaming);
}

/** Reason of an abort that is no person's *Stop*: the window goes, the task does not. */
export const closing = "closing";

const nothingSaid = { message: "", remedy: "" };

/** What a stop was: the person's, the window's, or a limit's, which says so. */
function stopOf({ reason }: AbortSignal): Pick<End, "how"> & Partial<End> {
  if (reason === closing) return { how: "interrupted" };
  const { message, remedy } = (reason ?? {}) as Partial<Reached>;
  return typeof remedy === "string" ? { how: "limit", message: message ?? "", remedy } : { how: "stopped" };
}

async function historyOf(desk: Desk): Promise<unknown[]> {
  const decoder = new TextDecoder();
  return Promise.all(
    desk.state.messages.map(async (id) => JSON.parse(decoder.decode(await desk.log.bodies.get(id))) as unknown),
  );
}

async function take(desk: Desk, turn: number, event: EngineEvent, streaming: Streaming): Promise<void> {
  streaming.take(event);
  const step = desk.state.step;
  const log = (...bodies: EventBody[]) => desk.inTurn(() => desk.append(...bodies));
  switch (event.kind) {
    case "message": {
      const content = await desk.log.bodies.put(new TextEncoder().encode(JSON.stringify(event.message)));
      await log({ kind: "message", turn, content });
      return;
    }
    case "step":
      await log({ kind: "step.started", turn, step: event.step });
      return;
    case "said":
    case "thought":
      await log({ kind: event.kind, turn, step, text: event.text });
      return;
    case "called": {
      const input = await desk.log.bodies.put(new TextEncoder().encode(JSON.stringify(event.input ?? null)));
      await log({ kind: "tool.called", turn, step, call: event.call, name: event.name, summary: event.summary, input });
      return;
    }
    case "answered":
      await desk.inTurn(async () => {
        await desk.append({ kind: "tool.answered", turn, call: event.call, ok: event.ok, text: brief(event.text) });
        await look(desk, event.call, event.touched);
      });
      streaming.settled(event.call);
      return;
    case "plan":
      await log({ kind: "plan", turn, steps: event.steps });
      return;
    case "note":
      await log({ kind: "note", text: event.text });
      return;
    case "cost":
      await log({ kind: "cost", turn, amount: event.amount, currency: event.currency });
      return;
    case "step.ended":
      await log({ kind: "step.ended", turn, step: event.step, stop: event.stop, usage: event.usage });
      return;
    case "ended":
      await endTurn(
        desk,
        turn,
        { how: event.how, message: event.message ?? "", remedy: event.remedy ?? "" },
        streaming,
      );
      return;
    case "text":
    case "thinking":
    case "call":
    case "input":
    case "waiting":
      return;
    default:
      assertNever(event);
  }
}

type End = { how: (EventBody & { kind: "turn.ended" })["how"]; message: string; remedy: string };

async function endTurn(desk: Desk, turn: number, end: End, streaming: Streaming): Promise<void> {
  await desk.inTurn(async () => {
    try {
      await look(desk, null);
      await joinRenamed(desk);
    } catch (error) {
      // The draft may be gone: what was seen of it is in the log, and the turn ends all the same.
      await desk.append({ kind: "note", text: `The draft could not be looked at: ${messageOf(error)}` });
    }
    const said = { ...(end.message ? { message: end.message } : {}), ...(end.remedy ? { remedy: end.remedy } : {}) };
    await desk.append({ kind: "turn.ended", turn, how: end.how, ...said });
  });
  streaming.clear();
}

/** An error's own words, as they may be shown and logged. */
export function messageOf(error: unknown): string {
  return withoutSecrets(error instanceof Error ? error.message : String(error));
}

function remedyOf(error: unknown): string {
  const remedy = (error as { remedy?: unknown } | null)?.remedy;
  return typeof remedy === "string" ? remedy : "";
}

/** The whole answer of a tool is in the engine's own message; the log's line holds what a person reads. */
function brief(text: string): string {
  const limit = 2000;
  return text.length <= limit
    ? text
    : `${text.slice(0, limit).toWellFormed()}\n… ${text.length - limit} more characters`;
}
