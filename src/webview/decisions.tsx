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
import { moment, numeral, t } from "./words.ts";

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
        <span>{t("Decisions")}</span> <span class="quiet">{numeral(decisions.length)}</span>
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
  const { verb, summary, why } = decision;
  const when = new Date(decision.at);
  return (
    <li class={decision.standing || answers ? "" : "undone"}>
      <Icon name={icons[decision.verb]} />
      <span class="decision-text">
        {/* What the host says of it begins with its verb. */}
        {summary.startsWith(verb) && <b>{verb}</b>}
        <Text text={summary.startsWith(verb) ? summary.slice(verb.length) : summary} />
        {!decision.standing && !answers && <span class="quiet"> · {t("undone")}</span>}
        {why !== undefined && why !== "" && (
          <span class="because-of">
            {t("Why:")} <Text text={why} slot={{ lines: true }} />
          </span>
        )}
      </span>
      <time class="quiet" dateTime={when.toISOString()}>
        {moment(when)}
      </time>
      {!answers && (
        <button
          class="link"
          disabled={frozen}
          aria-label={decision.standing ? t("Undo: {0}", spelled(summary)) : t("Redo: {0}", spelled(summary))}
          onClick={() => (decision.standing ? desk.undo(decision.seq) : desk.redo(decision.seq))}
        >
          {decision.standing ? t("Undo") : t("Redo")}
        </button>
      )}
    </li>
  );
});
