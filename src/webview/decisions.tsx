/**
 * Decisions: what was decided, newest first, each of which can be taken back or brought back.
 *
 * Always: whether that can still be done is the host's answer; a button here is only the question.
 */
import { useContext } from "preact/hooks";
import type { DecisionView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { kept } from "./kept.tsx";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";

const icons: Record<DecisionView["verb"], string> = {
  accepted: "check",
  rejected: "close",
  "took theirs": "check",
  "kept mine": "close",
  undid: "discard",
  redid: "redo",
};

export const Decisions = kept(function Decisions({
  decisions,
  frozen,
}: {
  decisions: readonly DecisionView[];
  frozen: boolean;
}) {
  if (decisions.length === 0) return null;
  const newest = [...decisions].sort((one, other) => other.seq - one.seq);
  return (
    <details class="decisions">
      <summary>
        <Icon name="history" />
        <span>Decisions</span> <span class="quiet">{decisions.length.toLocaleString("en")}</span>
      </summary>
      <ol>
        {newest.map((decision) => (
          <Decision key={decision.seq} decision={decision} frozen={frozen} />
        ))}
      </ol>
    </details>
  );
});

const Decision = kept(function Decision({ decision, frozen }: { decision: DecisionView; frozen: boolean }) {
  const desk = useContext(DeskContext);
  const answers = decision.verb === "undid" || decision.verb === "redid";
  const what = `${decision.verb} ${spelled(decision.summary)}`;
  return (
    <li class={decision.standing || answers ? "" : "undone"}>
      <Icon name={icons[decision.verb]} />
      <span class="decision-text">
        <b>{decision.verb}</b> <Text text={decision.summary} />
        {!decision.standing && !answers && <span class="quiet"> · undone</span>}
      </span>
      <time class="quiet" dateTime={new Date(decision.at).toISOString()}>
        {new Date(decision.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}
      </time>
      {!answers && (
        <button
          class="link"
          disabled={frozen}
          aria-label={`${decision.standing ? "Undo" : "Redo"}: ${what}`}
          onClick={() => (decision.standing ? desk.undo(decision.seq) : desk.redo(decision.seq))}
        >
          {decision.standing ? "Undo" : "Redo"}
        </button>
      )}
    </li>
  );
});
