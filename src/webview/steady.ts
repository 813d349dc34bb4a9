/**
 * Steady: keeps what the person points at or stands on where it is, whatever the agent adds above it, and knows which
 * buttons have just moved all the same.
 *
 * The browser's own anchoring is switched off: it does nothing at the top of the list, where a review begins.
 * Always: scrolling by the person is never taken back; a click on a button that slid under the pointer is known as such.
 */
import { shiftOf, slid, within, type Box } from "./shifts.ts";

export interface Steady {
  /** Changes the page at once, then scrolls by as much as the anchor moved. */
  hold(change: () => void): void;
  /** Whether the button has moved, or come where another was, within the last moment. */
  hasJustMoved(button: Element): boolean;
}

/** Milliseconds in which a hand on its way cannot be called back. */
const reaction = 300;

/** What could be seen at one moment. */
interface Sight {
  box: HTMLElement;
  scrollTop: number;
  height: number;
  tops: Map<Element, number>;
  buttons: Map<Element, Box>;
}

/** `ready`: whether everything was shown once; until then the page only fills. */
export function openSteady(ready: () => boolean, now: () => number): Steady {
  const narrow = window.matchMedia("(max-width: 599.9px)");
  const movedAt = new Map<Element, number>();
  let pointer: { x: number; y: number } | null = null;
  let last: Sight | null = null;
  let slack = 0;
  let watched: Element | null = null;
  let clearing: ReturnType<typeof setTimeout> | undefined;
  const sizes = new ResizeObserver(() => last !== null && settle(scrolledSince(last)));

  for (const kind of ["pointermove", "pointerover", "pointerdown"] as const)
    window.addEventListener(kind, ({ clientX: x, clientY: y }) => (pointer = { x, y }), {
      capture: true,
      passive: true,
    });
  document.documentElement.addEventListener("pointerleave", () => (pointer = null));
  window.addEventListener("resize", () => (last = look()));
  window.addEventListener(
    "scroll",
    ({ target }) => {
      if (!(target instanceof HTMLElement) || target.dataset["scroll"] === undefined) return;
      last = look();
      if (last !== null) trim(last.box);
    },
    { capture: true, passive: true },
  );

  function look(): Sight | null {
    const box = document.querySelector<HTMLElement>(`[data-scroll="${narrow.matches ? "body" : "files"}"]`);
    if (box === null) return null;
    const { top, bottom } = box.getBoundingClientRect();
    const inSight = (all: ArrayLike<Element>) => {
      const [from, to] = within(all.length, (index) => all[index]!.getBoundingClientRect(), top, bottom);
      return Array.from({ length: to - from }, (_, index) => all[from + index]!);
    };
    // First the files, then what is in those: to look through the whole page takes longer than to draw.
    const files = inSight([...(contentOf(box)?.children ?? [])].filter((part) => part.matches(".file")));
    const hunks = files.flatMap((file) => inSight(file.querySelectorAll(".hunk")));
    const head = document.querySelector(".head");
    const places = head === null ? hunks : [head, ...hunks];
    for (const file of files) if (file.firstElementChild !== null) places.push(file.firstElementChild);
    const buttons = places.flatMap((place) => [...place.querySelectorAll("[data-decides]")]);
    return {
      box,
      scrollTop: box.scrollTop,
      height: box.clientHeight,
      tops: new Map([...hunks, ...files].map((part) => [part, part.getBoundingClientRect().top])),
      buttons: new Map(buttons.map((button) => [button, button.getBoundingClientRect()])),
    };
  }

  /** What is to stay: under the pointer; else where the focus is; else, once the person has scrolled, the first in sight. */
  function anchors({ box, scrollTop, tops }: Sight): (Element | null)[] {
    if (!ready()) return [];
    const pointed = pointer === null ? null : document.elementFromPoint(pointer.x, pointer.y);
    const near = [pointed, document.activeElement].flatMap((element) =>
      element !== null && box.contains(element) ? [element.closest(".hunk"), element.closest(".file")] : [],
    );
    return scrollTop > 0 || near.some((part) => part !== null) ? [...near, ...tops.keys()] : [];
  }

  function settle(before: Sight, wanted = anchors(before)): void {
    let after = look();
    if (after === null || after.box !== before.box) return void (last = after);
    const shift = shiftOf(before.tops, (part) => (part.isConnected ? part.getBoundingClientRect().top : null), wanted);
    if (Math.abs(shift) >= 1) {
      scrollTo(after.box, after.scrollTop + shift);
      after = look() ?? after;
    }
    for (const button of slid(before.buttons, after.buttons)) mark(button);
    trim(after.box);
    last = after;
  }

  /** A button that moved says that it cannot be pressed just now, except to whom it has the focus: keys do not miss. */
  function mark(button: Element): void {
    movedAt.set(button, now());
    if (button !== document.activeElement) button.setAttribute("aria-disabled", "true");
    clearing ??= setTimeout(clear, reaction);
  }

  function clear(): void {
    for (const [button, at] of movedAt) {
      if (now() - at < reaction) continue;
      movedAt.delete(button);
      button.removeAttribute("aria-disabled");
    }
    clearing = movedAt.size > 0 ? setTimeout(clear, reaction / 4) : undefined;
  }

  /** Where the end of the list is too near, room is added below it. */
  function scrollTo(box: HTMLElement, top: number): void {
    const missing = Math.ceil(top - (box.scrollHeight - box.clientHeight));
    if (missing > 0) giveRoom(box, slack + missing);
    box.scrollTop = top;
  }

  /** Takes back the room that is below what is in sight. */
  function trim(box: HTMLElement): void {
    if (slack === 0) return;
    const below = Math.floor(box.scrollHeight - box.clientHeight - box.scrollTop);
    if (below > 0) giveRoom(box, Math.max(0, slack - below));
  }

  function giveRoom(box: HTMLElement, pixels: number): void {
    slack = pixels;
    const room = contentOf(box)?.nextElementSibling;
    if (room instanceof HTMLElement) room.style.setProperty("height", `${pixels}px`);
  }

  return {
    hold(change) {
      const before = look();
      const wanted = before === null ? [] : anchors(before);
      change();
      if (before === null) last = look();
      else settle(before, wanted);
      const content = document.querySelector(".files-content");
      if (content === watched) return;
      sizes.disconnect();
      watched = content;
      slack = 0;
      if (content !== null)
        for (const part of [content, ...document.querySelectorAll(".talk, .files")]) sizes.observe(part);
    },
    hasJustMoved: (button) => now() - (movedAt.get(button) ?? -Infinity) < reaction,
  };
}

/** The list that is scrolled; what room is added stands behind it. */
function contentOf(box: HTMLElement): Element | null {
  return box.querySelector(".files-content");
}

/** What was in sight, as far as the person has scrolled since. A list that became too short to stay was not scrolled by them. */
function scrolledSince(sight: Sight): Sight {
  const { box, scrollTop, height } = sight;
  const most = box.scrollHeight - box.clientHeight;
  const cutShort = box.scrollTop < scrollTop && box.scrollTop >= most - 1;
  const scrolled = cutShort || box.clientHeight !== height ? 0 : box.scrollTop - scrollTop;
  if (scrolled === 0) return sight;
  return {
    ...sight,
    tops: new Map([...sight.tops].map(([part, top]) => [part, top - scrolled])),
    // Headings stick while the list is scrolled: what moved by itself cannot be told.
    buttons: new Map(),
  };
}
