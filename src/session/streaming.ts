/**
 * Streaming: what is arriving just now and is in no log yet.
 *
 * Words being said, edits being written, a wait. It is shown and then forgotten: the complete thing comes as an event.
 */
import type { EngineEvent, IncomingView, TalkItem } from "../protocol/index.ts";
import { spanOf } from "./agreeing.ts";

/** Newest lines shown of an edit that is still arriving. */
const linesShown = 40;

interface Arriving {
  call: string;
  name: string;
  path: string;
  old: string;
  new: string;
}

export interface Streaming {
  take(event: EngineEvent): void;
  /** The call's edit has been looked at: it is a hunk now. */
  settled(call: string): void;
  clear(): void;
  incoming(): IncomingView[];
  /** The words that are still arriving, if any. */
  words(): TalkItem | null;
  /** What is being done, in a few words; "" when nothing is. A wait counts down. */
  doing(): string;
  /** Whether the engine waits before it tries again. */
  waiting(): boolean;
}

const edits = new Set(["write", "edit", "delete"]);

/** `changed` is called whenever there is something new to show; it must not throw. */
export function openStreaming(changed: () => void): Streaming {
  const calls = new Map<string, Arriving>();
  let words: { kind: "said" | "thought"; text: string } | null = null;
  let doing = "";
  let wait: { until: number; why: string; tick: NodeJS.Timeout } | null = null;

  const goOn = (): void => {
    clearInterval(wait?.tick);
    wait = null;
  };

  return {
    take(event) {
      goOn();
      switch (event.kind) {
        case "text":
        case "thinking": {
          const kind = event.kind === "text" ? "said" : "thought";
          words = words?.kind === kind ? { kind, text: words.text + event.text } : { kind, text: event.text };
          doing = kind === "said" ? "writing" : "thinking";
          break;
        }
        case "said":
        case "thought":
          words = null;
          break;
        case "call":
          calls.set(event.call, { call: event.call, name: event.name, path: "", old: "", new: "" });
          doing = event.name;
          break;
        case "input": {
          const call = calls.get(event.call);
          if (!call) break;
          call[event.field] += event.text;
          if (event.field === "path") doing = `${call.name} ${call.path}`;
          break;
        }
        case "called":
          doing = event.summary;
          break;
        case "waiting":
          doing = "";
          wait = {
            until: performance.now() + event.seconds * 1000,
            why: event.why,
            tick: setInterval(changed, 1000).unref(),
          };
          break;
        case "step":
          words = null;
          doing = "thinking";
          break;
        case "answered":
          if (!event.ok) calls.delete(event.call);
          doing = "";
          break;
        case "step.ended":
          // What was still arriving belongs to an attempt that was cut off: it will come again.
          words = null;
          calls.clear();
          break;
        default:
          return;
      }
      changed();
    },
    settled(call) {
      calls.delete(call);
      changed();
    },
    clear() {
      goOn();
      calls.clear();
      words = null;
      doing = "";
      changed();
    },
    incoming: () => [...calls.values()].filter((call) => edits.has(call.name) && call.path !== "").map(incomingOf),
    words: () => words,
    doing: () => (wait === null ? doing : `waiting ${left(wait.until)}: ${wait.why}`),
    waiting: () => wait !== null,
  };
}

/** A timer may ring a few milliseconds early: without this the same second would be shown twice. */
const early = 0.05;

function left(until: number): string {
  return spanOf(Math.max(0, (until - performance.now()) / 1000 - early));
}

function incomingOf(call: Arriving): IncomingView {
  const added = call.new === "" ? [] : call.new.split("\n");
  const removed = call.old === "" ? [] : call.old.split("\n");
  const above = Math.max(0, added.length - linesShown);
  return {
    call: call.call,
    verb: call.name,
    path: call.path,
    removed: removed.slice(-linesShown),
    added: added.slice(above),
    above,
  };
}
