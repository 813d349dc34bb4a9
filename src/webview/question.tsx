/**
 * Question: what the agent's work waits for the person to say, above the review and beside it, never over it.
 *
 * Always: what would be run or done is shown whole, as it is, with what nobody sees as marks; nothing is agreed to before its end was
 * in sight; the focus is never taken, so no key that was meant for the review answers.
 */
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Question, QuestionOption } from "../protocol/questions.ts";
import { DeskContext } from "./context.ts";
import type { Wish } from "./desk.ts";
import { kept } from "./kept.tsx";
import { Icon, Text } from "./text.tsx";
import { numeral, t } from "./words.ts";

export interface QuestionsProps {
  /** What waits, oldest first: the oldest is shown. */
  questions: readonly Question[];
  frozen: boolean;
  wish: Wish | null;
}

export const Questions = kept(function Questions({ questions, frozen, wish }: QuestionsProps) {
  const [question] = questions;
  if (question === undefined) return null;
  return <Asked key={question.id} question={question} others={questions.length - 1} frozen={frozen} wish={wish} />;
});

interface AskedProps {
  question: Question;
  others: number;
  frozen: boolean;
  wish: Wish | null;
}

function Asked({ question, others, frozen, wish }: AskedProps) {
  const desk = useContext(DeskContext);
  const [why, setWhy] = useState("");
  const [sent, setSent] = useState(false);
  const section = useRef<HTMLElement>(null);
  const [box, whole, look] = useWholeSeen();
  useEffect(() => {
    if (wish !== null) section.current?.focus();
  }, [wish?.count]);
  const answer = (option: QuestionOption): void => {
    if (frozen || sent) return;
    setSent(true);
    // An answer that was not taken can be given again.
    setTimeout(() => setSent(false), 3000);
    desk.reply(question.id, option.id, why.trim());
  };
  const refusal = question.options.find(({ kind }) => kind === "refuse");
  const title = `question-${question.id}`;
  return (
    <section class="question" ref={section} tabIndex={-1} aria-labelledby={title} data-question={question.id}>
      <h2 id={title}>
        <Icon name={question.kind === "choice" ? "comment" : "question"} />
        <Text text={question.title} slot={{ lines: true }} />
        {others > 0 && <span class="badge">{t("{0} more wait", numeral(others))}</span>}
      </h2>
      {question.lines.length > 0 && (
        <pre class="exactly" ref={box} tabIndex={0} aria-label={t("Exactly this")} onScroll={look}>
          {question.lines.map((line, index) => (
            <bdi dir="ltr" key={index}>
              <Text text={line} slot={{ blanks: true }} />
            </bdi>
          ))}
        </pre>
      )}
      {question.kind !== "choice" && (
        <p class="quiet">
          {question.folder === ""
            ? t("In the agent’s private copy.")
            : t("In the agent’s private copy, in the folder:")}{" "}
          {question.folder !== "" && <Text text={question.folder} />}
        </p>
      )}
      {question.note !== "" && (
        <p class="quiet">
          <Text text={question.note} slot={{ lines: true }} />
        </p>
      )}
      <form
        class="answers"
        onSubmit={(event) => {
          event.preventDefault();
          // Enter behind a reason refuses; it agrees to nothing.
          if (refusal !== undefined) answer(refusal);
        }}
      >
        <span class="buttons">
          {question.options.map((option) => {
            const hidden = !whole && option.kind !== "refuse";
            return (
              <button
                type="button"
                key={option.id}
                class={option.kind === "once" ? "primary" : ""}
                data-decides
                data-option={option.id}
                disabled={frozen || sent || hidden}
                title={hidden ? t("Scroll to its end first") : undefined}
                onClick={() => answer(option)}
              >
                <Text text={option.label} />
              </button>
            );
          })}
        </span>
        <input
          value={why}
          maxLength={2000}
          disabled={frozen}
          aria-label={t("A word to the agent")}
          placeholder={
            refusal === undefined ? t("A word to the agent (optional)") : t("Why not? The agent is told this.")
          }
          onInput={({ currentTarget }) => setWhy(currentTarget.value)}
        />
      </form>
    </section>
  );
}

/** A box that scrolls, whether its end was in sight, and what looks again. */
function useWholeSeen() {
  const box = useRef<HTMLPreElement>(null);
  const [whole, setWhole] = useState(false);
  const look = (): void => {
    const element = box.current;
    if (element === null || element.scrollTop + element.clientHeight >= element.scrollHeight - 4) setWhole(true);
  };
  useLayoutEffect(() => {
    look();
    if (box.current === null) return;
    const observer = new ResizeObserver(look);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return [box, whole, look] as const;
}
