/**
 * Main: joins the desk to the window: messages in once per frame, keys, what a reload brings back, the heartbeat.
 *
 * Always: a key that means something here goes no further, so the editor around the page does not act on it too.
 */
import { render } from "preact";
import type { HostMessage } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { openDesk, type Kept } from "./desk.ts";
import { commandFor, isMeant, type Where } from "./keys.ts";
import { Page } from "./page.tsx";
import { openSteady } from "./steady.ts";

interface Host {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): Host;

const host = acquireVsCodeApi();
const token = document.querySelector<HTMLMetaElement>('meta[name="countersign-token"]')?.content ?? "";
const root = document.getElementById("page") ?? document.body;
const kept = (host.getState() ?? {}) as Partial<Kept>;
/** When the focus came here, or an action was asked for that may open a box elsewhere. */
let arrived = -Infinity;
const desk = openDesk(
  (message) => {
    if (message.kind === "action") arrived = performance.now();
    host.postMessage({ ...message, token });
  },
  kept,
  () => performance.now(),
);

// ── Messages: gathered, and taken in together before the next picture ─────────────────────────────────────────

let gathered: HostMessage[] = [];
let due = false;

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const messages = (Array.isArray(data) ? data : [data]) as unknown[];
  gathered.push(...messages.filter(isHostMessage));
  if (due || gathered.length === 0) return;
  due = true;
  // A hidden page gets no frames; it takes messages in all the same.
  const timer = setTimeout(take, 250);
  requestAnimationFrame(take);
  function take() {
    if (!due) return;
    clearTimeout(timer);
    due = false;
    const messages = gathered;
    gathered = [];
    desk.receive(messages);
  }
});

function isHostMessage(value: unknown): value is HostMessage {
  return typeof value === "object" && value !== null && "kind" in value && typeof value.kind === "string";
}

// ── Drawing ────────────────────────────────────────────────────────────────────────────────────────────────────

let drawing = false;
const steady = openSteady(
  () => desk.state.complete,
  () => performance.now(),
);

desk.watch(() => {
  keepSoon();
  if (drawing) return;
  drawing = true;
  queueMicrotask(draw);
});
draw();

function draw() {
  drawing = false;
  steady.hold(() =>
    render(
      <DeskContext.Provider value={desk}>
        <Page />
      </DeskContext.Provider>,
      root,
    ),
  );
}

// ── The pointer ────────────────────────────────────────────────────────────────────────────────────────────────

let pressed: Element | null = null;

window.addEventListener(
  "click",
  (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    // A key presses what has the focus, wherever that is: only a pointer can miss.
    if (button === null || event.detail === 0) return;
    const again = event.detail > 1 && button !== pressed;
    pressed = button;
    const missed = button.hasAttribute("data-decides") && steady.hasJustMoved(button);
    if (!again && !missed) return;
    // The second press of a double click was meant for what the first one hit.
    event.stopPropagation();
    event.preventDefault();
    if (missed) desk.missed();
  },
  { capture: true },
);

// ── Keys ───────────────────────────────────────────────────────────────────────────────────────────────────────

window.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing) return;
    const where = whereIs(event.target);
    const command = commandFor(event, where);
    const presses = where === "control" && (event.key === "Enter" || event.key === " ");
    const meant = isMeant(command ?? "press", event, performance.now() - arrived);
    // Enter and Space on a button are the browser's, unless nobody meant them.
    if (command === null && (meant || !presses)) return;
    event.stopPropagation();
    event.preventDefault();
    if (command === null || !meant) return;
    const form = event.target instanceof HTMLElement ? event.target.closest("form") : null;
    if (command === "send" && form !== null) form.requestSubmit();
    else desk.command(command);
  },
  { capture: true },
);

window.addEventListener("focus", () => (arrived = performance.now()));
// Who points at the page is looking at it.
window.addEventListener("pointerdown", () => (arrived = -Infinity), { capture: true });

function whereIs(target: EventTarget | null): Where {
  if (!(target instanceof HTMLElement)) return "page";
  if (target.matches("input, textarea, select, [contenteditable]")) return "text";
  if (target.matches("button, summary, a")) return "control";
  return target.matches(".hunk") ? "hunk" : "page";
}

// ── What a reload brings back ──────────────────────────────────────────────────────────────────────────────────

let keeping: ReturnType<typeof setTimeout> | undefined;
const scroll = { files: kept.scroll?.files ?? 0, talk: kept.scroll?.talk ?? 0 };

function keepSoon() {
  keeping ??= setTimeout(() => {
    keeping = undefined;
    host.setState({ ...desk.toKeep(), scroll } satisfies Kept);
  }, 300);
}

window.addEventListener(
  "scroll",
  ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    if (target.dataset["scroll"] === "talk") scroll.talk = target.scrollTop;
    else if (target.dataset["scroll"] !== undefined) scroll.files = target.scrollTop;
    else return;
    keepSoon();
  },
  { capture: true, passive: true },
);

let moved = false;
for (const sign of ["wheel", "pointerdown", "keydown"]) {
  window.addEventListener(sign, () => (moved = true), { capture: true, passive: true, once: true });
}

/** The files come in over several frames: scrolls as soon as there is that much, and gives up when the person moves. */
function scrollBack(wanted: number, framesLeft: number) {
  if (moved) return;
  const boxes = [...document.querySelectorAll<HTMLElement>('[data-scroll="files"], [data-scroll="body"]')];
  const box = boxes.find(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1);
  if (box !== undefined && desk.state.complete) box.scrollTop = wanted;
  const there = box !== undefined && Math.abs(box.scrollTop - wanted) < 2;
  if (!there && framesLeft > 0) requestAnimationFrame(() => scrollBack(wanted, framesLeft - 1));
}
if (scroll.files > 0) scrollBack(scroll.files, 300);

// ── Heartbeat ──────────────────────────────────────────────────────────────────────────────────────────────────

setInterval(() => {
  desk.tick();
  host.postMessage({ kind: "beat", token });
}, 5000);

host.postMessage({ kind: "ready", token });
