/**
 * What is told of this window's own session: its log as read before, and its head, which is newer.
 *
 * Pure.
 */
import type { HeadView } from "../protocol/index.ts";
import type { Recap } from "../state/index.ts";

/** Whether a session is at work. */
export function isWorking(head: Pick<HeadView, "activity">): boolean {
  return (
    head.activity === "copying" ||
    head.activity === "working" ||
    head.activity === "waiting" ||
    head.activity === "stopping"
  );
}

/** The recap of a session whose head this is. A turn that nobody ended is at work elsewhere only where this window cannot write. */
export function recapNow(recap: Recap, head: HeadView): Recap {
  const { pending, accepted, rejected } = head.counts;
  const cutOff = recap.ended === "open" && head.activity !== "readonly";
  return {
    ...recap,
    pending,
    accepted,
    rejected,
    lastAt: Math.max(recap.lastAt, ...head.decisions.map(({ at }) => at)),
    ended: isWorking(head) ? "working" : cutOff ? "interrupted" : recap.ended,
  };
}
