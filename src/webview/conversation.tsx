/**
 * Conversation: what was asked, said and done, with the plan above it and the follow-up below.
 *
 * Always: a model's words are shown as words: no links, no pictures, no markup but code between backticks.
 */
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { HeadView, TalkItem } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { kept } from "./kept.tsx";
import type { Wish } from "./desk.ts";
import { isBusy } from "./store.ts";
import { Icon, Prose, Text, Words } from "./text.tsx";
import { t } from "./words.ts";

export const Conversation = kept(function Conversation({
  talk,
  plan,
}: {
  talk: readonly TalkItem[];
  plan: HeadView["plan"];
}) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [talk]);
  return (
    <div
      class="talk"
      ref={box}
      role="region"
      aria-label={t("Conversation")}
      tabIndex={0}
      data-scroll="talk"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      <h2>{t("Conversation")}</h2>
      {plan.length > 0 && <Plan plan={plan} />}
      {talk.map((item, index) => (
        <Item key={index} item={item} />
      ))}
    </div>
  );
});

const steps = { pending: "circle-large", in_progress: "arrow-right", done: "pass-filled" } as const;
const stepWords = { pending: t("to do"), in_progress: t("in progress"), done: t("done") } as const;

function Plan({ plan }: { plan: HeadView["plan"] }) {
  const done = plan.filter(({ status }) => status === "done").length;
  return (
    <details class="plan" open>
      <summary>
        {t("Plan")} <span class="quiet">{t("{0} of {1}", done, plan.length)}</span>
      </summary>
      <ol>
        {plan.map((step, index) => (
          <li key={index} class={step.status}>
            <Icon name={steps[step.status]} />
            <span>
              <Text text={step.text} />
              <span class="spoken"> ({stepWords[step.status]})</span>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

const Item = kept(function Item({ item }: { item: TalkItem }) {
  switch (item.kind) {
    case "prompt":
      return (
        <div class="item prompt">
          <p class="who">{t("You")}</p>
          <Prose text={item.text} />
        </div>
      );
    case "report":
      return <Folded label={t("Told the agent about your decisions")} text={item.text} icon="comment" />;
    case "said":
      return (
        <div class="item said">
          <Words text={item.text} />
        </div>
      );
    case "thought":
      return <Folded label={t("Thinking")} text={item.text} icon="lightbulb" words />;
    case "tool":
      return <Tool item={item} />;
    case "question":
      return <Asked item={item} />;
    case "ended":
      return <Ended item={item} />;
    case "note":
      return (
        <div class="item note">
          <Icon name="info" />
          <Prose text={item.text} />
        </div>
      );
  }
});

/** `words`: the text is the agent's. */
function Folded({ label, text, icon, words }: { label: string; text: string; icon: string; words?: boolean }) {
  return (
    <details class="item folded-item">
      <summary>
        <Icon name={icon} />
        <span>{label}</span>
      </summary>
      {words ? <Words text={text} /> : <Prose text={text} />}
    </details>
  );
}

const answered = { open: "question", yes: "check", no: "circle-slash", unanswered: "circle-slash" } as const;

/** A question that was asked, and what became of it; an open one stands above the review. */
function Asked({ item }: { item: Extract<TalkItem, { kind: "question" }> }) {
  const said = item.state === "open" ? t("waits for you") : item.answer === "" ? t("not answered") : item.answer;
  return (
    <div class={`item asked ${item.state}`}>
      <p>
        <Icon name={answered[item.state]} /> <Text text={item.title} slot={{ lines: true }} />{" "}
        <strong>
          <Text text={said} />
        </strong>
      </p>
      {item.lines.length > 0 && (
        <pre tabIndex={0} aria-label={t("Exactly this")}>
          {item.lines.map((line, index) => (
            <bdi dir="ltr" key={index}>
              <Text text={line} />
            </bdi>
          ))}
        </pre>
      )}
      {item.why !== "" && (
        <p class="quiet">
          {t("Why:")} <Text text={item.why} slot={{ lines: true }} />
        </p>
      )}
    </div>
  );
}

const outcomes = { running: "loading", ok: "check", failed: "error" } as const;
const outcomeWords = { running: t("running"), ok: t("ok"), failed: t("failed") } as const;

function Tool({ item }: { item: Extract<TalkItem, { kind: "tool" }> }) {
  const line = (
    <>
      <Icon name={outcomes[item.state]} spins={item.state === "running"} />
      <span class="tool-name">
        <Text text={item.summary === "" ? item.name : item.summary} />
      </span>
      <span class="spoken">{outcomeWords[item.state]}</span>
    </>
  );
  if (item.text === "") return <p class={`item tool ${item.state}`}>{line}</p>;
  return (
    <details class={`item tool ${item.state}`}>
      <summary>{line}</summary>
      <pre tabIndex={0} aria-label={t("Answer")}>
        <Text text={item.text} slot={{ lines: true }} />
      </pre>
      {item.output !== undefined && <Whole name={item.output} />}
    </details>
  );
}

/** Leads to all that a command wrote: the answer may hold its beginning and its end only. */
function Whole({ name }: { name: string }) {
  const desk = useContext(DeskContext);
  return (
    <button type="button" onClick={() => desk.output(name)}>
      <Icon name="go-to-file" />
      {t("All It Wrote")}
    </button>
  );
}

const endings: Record<string, { icon: string; word: string }> = {
  done: { icon: "check", word: t("Turn finished") },
  stopped: { icon: "debug-stop", word: t("Stopped") },
  failed: { icon: "error", word: t("Failed") },
  refused: { icon: "circle-slash", word: t("Refused") },
  limit: { icon: "warning", word: t("Limit reached") },
  interrupted: { icon: "warning", word: t("Interrupted") },
};

function Ended({ item }: { item: Extract<TalkItem, { kind: "ended" }> }) {
  const { icon, word } = endings[item.how] ?? { icon: "info", word: item.how };
  const texts = [item.text, item.remedy].filter((text) => text !== "");
  return (
    <div class={`item ended ${Object.hasOwn(endings, item.how) ? item.how : ""}`}>
      <p class="who">
        <Icon name={icon} /> <Text text={word} />
      </p>
      {texts.map((text) => (
        <Prose key={text} text={text} />
      ))}
    </div>
  );
}

export interface FollowUpProps {
  head: HeadView;
  text: string;
  wish: Wish | null;
}

export const FollowUp = kept(function FollowUp({ head, text, wish }: FollowUpProps) {
  const desk = useContext(DeskContext);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (wish?.to === "follow") field.current?.focus();
  }, [wish?.count]);
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(200, element.scrollHeight + 2)}px`;
  }, [text]);
  const frozen = head.activity === "readonly";
  const busy = isBusy(head);
  return (
    <form
      class="follow"
      onSubmit={(event) => {
        event.preventDefault();
        desk.send();
      }}
    >
      <textarea
        ref={field}
        id="follow-up"
        rows={2}
        value={text}
        disabled={frozen}
        aria-label={t("Follow-up for the agent")}
        placeholder={
          frozen ? t("This session can only be read here.") : t("Follow up: ask for a change, explain a rejection …")
        }
        onInput={(event) => desk.write(event.currentTarget.value)}
      />
      <div class="follow-row">
        <span class="quiet">{[usageOf(head), spentOf(head)].filter((text) => text !== "").join(" · ")}</span>
        <button
          class="primary"
          type="submit"
          disabled={frozen || text.trim() === ""}
          title={
            busy
              ? t("Stops the agent and goes on at once with these words and with what you decided (Ctrl+Enter)")
              : t("Send (Ctrl+Enter)")
          }
        >
          <Icon name="send" />
          {busy ? t("Send Now") : t("Send")}
        </button>
      </div>
    </form>
  );
});

function usageOf({ usage }: HeadView): string {
  const input = usage.input + usage.cacheRead + usage.cacheWrite;
  if (input + usage.output === 0) return "";
  const cached = input > 0 ? Math.floor((100 * usage.cacheRead) / input) : 0;
  return cached > 0
    ? t("{0} tokens in ({1}% from cache) · {2} out", short(input), cached, short(usage.output))
    : t("{0} tokens in · {1} out", short(input), short(usage.output));
}

/** Steps and money against their limits; the rest is told when it is reached. */
function spentOf({ spent }: HeadView): string {
  if (!spent || spent.used.steps === 0) return "";
  const { used, limit, unpriced } = spent;
  const steps = limit.steps > 0 ? t("{0} of {1} steps", used.steps, limit.steps) : t("{0} steps", used.steps);
  if (unpriced) return steps;
  const money = limit.money > 0 ? t("{0} of {1} spent", used.money, limit.money) : t("{0} spent", used.money);
  return `${steps} · ${money}`;
}

function short(count: number): string {
  if (count < 1000) return String(count);
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}
