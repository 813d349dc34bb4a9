/**
 * Watched: which hunks have been on screen, all of them, from the head to the last line, and which are about to be.
 *
 * A hunk whose lines are partly behind a "show more" button has not been on screen.
 * Always: a hunk is reported at most once per watching.
 */
import { useEffect, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import type { Place } from "./places.ts";

const waiting = new WeakMap<Element, () => void>();
const observer = new IntersectionObserver((entries) => {
  const covered = document.querySelector(".arriving")?.getBoundingClientRect().top ?? Infinity;
  for (const { isIntersecting, target, boundingClientRect } of entries) {
    if (!isIntersecting) continue;
    if (boundingClientRect.top < covered) waiting.get(target)?.();
    else setTimeout(() => lookAgain(target), 500);
  }
});

/** What is under the incoming edits cannot be seen, and nobody tells when it can. */
function lookAgain(edge: Element): void {
  if (!edge.isConnected || !waiting.has(edge)) return;
  observer.unobserve(edge);
  observer.observe(edge);
}

/** Put the result on the hunk; its first and last element children are what has to be seen. `face` starts it anew. */
export function useWatched(face: string, onSeen: () => void): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const head = box.current?.firstElementChild;
    const tail = box.current?.lastElementChild;
    if (!head || !tail) return;
    const left = new Set([head, tail]);
    for (const edge of left) {
      waiting.set(edge, () => {
        if (edge === tail && box.current?.querySelector("[data-hidden]")) return;
        left.delete(edge);
        waiting.delete(edge);
        observer.unobserve(edge);
        if (left.size === 0) onSeen();
      });
      observer.observe(edge);
    }
    // More of it may be shown now, with its end on screen as before.
    const again = () => {
      if (!left.has(tail)) return;
      observer.unobserve(tail);
      requestAnimationFrame(() => left.has(tail) && observer.observe(tail));
    };
    const element = box.current;
    element?.addEventListener("click", again);
    return () => {
      element?.removeEventListener("click", again);
      left.clear();
      waiting.delete(head);
      waiting.delete(tail);
      observer.unobserve(head);
      observer.unobserve(tail);
    };
  }, [face]);
  return box;
}

const nearby = new Map<Element, () => void>();
const approach = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) nearby.get(target)?.();
  },
  { rootMargin: "400px 0px" },
);
let coming: Place[] = [];

/** Tells of a hunk once it has come near, and again whenever one of `values` is another; of all that come at once together. */
export function useNear(
  box: RefObject<HTMLDivElement | null>,
  place: Place | null,
  onNear: (places: readonly Place[]) => void,
  values: readonly unknown[],
): void {
  useEffect(() => {
    const element = box.current;
    if (element === null || place === null) return;
    nearby.set(element, () => {
      leave();
      if (coming.push(place) > 1) return;
      queueMicrotask(() => {
        const all = coming;
        coming = [];
        onNear(all);
      });
    });
    approach.observe(element);
    return leave;

    function leave() {
      if (element === null) return;
      nearby.delete(element);
      approach.unobserve(element);
    }
  }, values);
}
