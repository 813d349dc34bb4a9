/**
 * Main: joins the desk to the window: messages in once per frame, keys, what a reload brings back, the heartbeat.
 *
 * Always: a key that means something here goes no further, so the editor around the page does not act on it too.
 */
import { render } from "preact";
import type { HostMessage } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { openDesk, type Kept } from "./desk.ts";
import { commandFor, type Where } from "./keys.ts";
import { Page } from "./page.tsx";

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
const desk = openDesk(
  (message) => host.postMessage({ ...message, token }),
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

desk.watch(() => {
  keepSoon();
  if (drawing) return;
  drawing = true;
  queueMicrotask(draw);
});
draw();

function draw() {
  drawing = false;
  render(
    <DeskContext.Provider value={desk}>
      <Page />
    </DeskContext.Provider>,
    root,
  );
}

// ── Keys ───────────────────────────────────────────────────────────────────────────────────────────────────────

window.addEventListener(
  "keydown",
  (event) => {
    if (event.isComposing) return;
    const command = commandFor(event, whereIs(event.target));
    if (command === null) return;
    event.stopPropagation();
    event.preventDefault();
    if (command === "send" && event.target instanceof HTMLInputElement) event.target.form?.requestSubmit();
    else desk.command(command);
  },
  { capture: true },
);

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
    const { place, folded, open, follow } = desk.ui;
    host.setState({ place, folded: [...folded], open: [...open], follow, scroll } satisfies Kept);
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
