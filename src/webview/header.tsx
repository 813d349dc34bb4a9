/**
 * Header: the task, what is going on, how far the review is, and the decisions about everything.
 *
 * Always: "Accept all" says how many hunks it takes and how many of those have not been on screen.
 */
import { useContext, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Activity, HeadView, Notice } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import type { Wish } from "./desk.ts";
import { kept } from "./kept.tsx";
import { measure } from "./measure.ts";
import { isBusy } from "./store.ts";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { numeral, t } from "./words.ts";

export interface HeaderProps {
  head: HeadView;
  bulk: number;
  unseen: number;
  /** Hunks that do more than change text: no bulk decision takes them. */
  guarded: number;
  wish: Wish | null;
}

export const Header = kept(function Header({ head, bulk, unseen, guarded, wish }: HeaderProps) {
  const session = head.session !== null;
  return (
    <header class="head">
      <div class="head-top">
        <Goal goal={session ? head.goal : "Countersign"} />
        <Doing activity={head.activity} doing={head.doing} />
      </div>
      {session && (
        <p class="quiet where">
          <Text text={head.folder} />
          {head.label === undefined ? (
            <>
              {" · "}
              <Text text={head.connection} />
            </>
          ) : (
            <span class="badge label">
              <Text text={head.label} />
            </span>
          )}
        </p>
      )}
      {session && <Progress head={head} bulk={bulk} unseen={unseen} guarded={guarded} wish={wish} />}
      {head.activity === "readonly" && <NoticeBox notice={elsewhere} />}
      {head.notice !== null && <NoticeBox notice={head.notice} />}
    </header>
  );
});

const elsewhere: Notice = {
  kind: "info",
  text: t("Another window has this session: here it can only be read, as it was when you opened it."),
  remedy: t(
    "Decide there; or take it over: the other window then stops its work on it and lets go, and no decision is lost.",
  ),
  actions: [{ label: t("Take Over Here"), action: "take-over" }],
};

function Goal({ goal }: { goal: string }) {
  const [whole, setWhole] = useState(false);
  const [longer, setLonger] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const element = title.current;
    if (element === null) return;
    const measure = () => setLonger((before) => (whole ? before : element.scrollHeight > element.clientHeight + 2));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [goal, whole]);
  return (
    <div class="goal">
      <h1 ref={title} class={whole ? "whole" : ""} title={longer ? spelled(goal) : undefined} dir="auto">
        <Text text={goal} slot={{ lines: true }} />
      </h1>
      {longer && (
        <button class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t("less") : t("more")}
        </button>
      )}
    </div>
  );
}

const states: Record<Activity, string> = {
  none: "",
  copying: t("Copying"),
  working: t("Working"),
  waiting: t("Waiting"),
  stopping: t("Stopping"),
  idle: t("Idle"),
  readonly: t("Read only"),
};

function Doing({ activity, doing }: { activity: Activity; doing: string }) {
  const desk = useContext(DeskContext);
  if (activity === "none") return null;
  const spins = isBusy({ activity });
  const busy = spins && activity !== "stopping";
  const said = states[activity];
  const rest = doing.toLowerCase().startsWith(said.toLowerCase()) ? doing.slice(said.length) : doing && ` · ${doing}`;
  return (
    <div class="doing">
      <span class={`chip ${activity}`}>
        <Icon name={spins ? "loading" : activity === "readonly" ? "lock" : "circle-filled"} spins={spins} />
        <span>
          {said}
          <Text text={rest} />
        </span>
      </span>
      {spins && (
        <button disabled={!busy} title={t("Stop the agent; the hunks so far stay")} onClick={() => desk.stop()}>
          <Icon name="debug-stop" />
          {t("Stop")}
        </button>
      )}
    </div>
  );
}

function Progress({ head, bulk, unseen, guarded, wish }: HeaderProps) {
  const desk = useContext(DeskContext);
  const { pending, accepted, rejected, stale } = head.counts;
  const total = pending + accepted + rejected;
  const decided = accepted + rejected;
  const acceptAll = useRef<HTMLButtonElement>(null);
  const frozen = head.activity === "readonly";
  // At once: the next key may follow right behind.
  useLayoutEffect(() => {
    if (wish?.to === "bulk") acceptAll.current?.focus();
  }, [wish?.count]);
  return (
    <div class="progress">
      <div
        class="meter"
        role="progressbar"
        aria-label={t("Hunks decided")}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={decided}
        aria-valuetext={t("{0} of {1} decided", decided, total)}
      >
        <span class="meter-accepted" ref={measure("--share", accepted)} />
        <span class="meter-rejected" ref={measure("--share", rejected)} />
        <span class="meter-left" ref={measure("--share", total === 0 ? 1 : pending)} />
      </div>
      <div class="progress-row">
        <p class="counts">
          <Count value={pending - stale} word={t("to review")} name="pending" />
          <Count value={accepted} word={t("accepted")} name="accepted" />
          <Count value={rejected} word={t("rejected")} name="rejected" />
          {stale > 0 && <Count value={stale} word={t("no longer fit")} name="stale" />}
          {guarded > 0 && <Count value={guarded} word={t("protected, one by one")} name="guarded" />}
        </p>
        <span class="buttons">
          <button
            id="accept-all"
            ref={acceptAll}
            data-decides
            disabled={frozen || bulk === 0}
            title={t("Accept every pending hunk; those that no longer fit are left (b, then Enter)")}
            onClick={() => desk.acceptAll()}
          >
            {acceptWords(bulk, unseen)}
          </button>
          <button
            data-decides
            disabled={frozen || bulk === 0}
            title={t("Reject every pending hunk (b, then Tab and Enter)")}
            onClick={() => desk.decideMany("reject", desk.bulk().items)}
          >
            {bulk > 0 ? t("Reject all {0}", numeral(bulk)) : t("Reject all")}
          </button>
          <Step
            name="discard"
            title={undoWords(head.undo)}
            off={frozen || head.undo === null}
            onClick={() => desk.undo()}
          />
          <Step
            name="redo"
            title={redoWords(head.redo)}
            off={frozen || head.redo === null}
            onClick={() => desk.redo()}
          />
          <button class="bare" title={t("Keys (?)")} aria-label={t("Keys (?)")} onClick={() => desk.help(true)}>
            <Icon name="question" />
          </button>
        </span>
      </div>
    </div>
  );
}

function Count({ value, word, name }: { value: number; word: string; name: string }) {
  return (
    <span class={`count ${name}`}>
      <b>{numeral(value)}</b> {word}
    </span>
  );
}

interface StepProps {
  name: string;
  title: string;
  off: boolean;
  onClick: () => void;
}

function undoWords(what: string | null): string {
  return what === null ? t("Nothing to undo") : t("Undo: {0} (u)", spelled(what));
}

function redoWords(what: string | null): string {
  return what === null ? t("Nothing to redo") : t("Redo: {0} (Shift+U)", spelled(what));
}

function acceptWords(bulk: number, unseen: number): string {
  if (bulk === 0) return t("Accept all");
  return unseen === 0
    ? t("Accept all {0}", numeral(bulk))
    : t("Accept all {0} ({1} not seen)", numeral(bulk), numeral(unseen));
}

function Step({ name, title, off, onClick }: StepProps) {
  return (
    <button class="bare" disabled={off} title={title} aria-label={title} onClick={onClick}>
      <Icon name={name} />
    </button>
  );
}

export function NoticeBox({ notice }: { notice: Notice }) {
  const desk = useContext(DeskContext);
  return (
    <div class={`notice ${notice.kind}`} role={notice.kind === "error" ? "alert" : "status"}>
      <Icon name={notice.kind} />
      <div>
        <p>
          <strong>
            <Text text={notice.text} slot={{ lines: true }} />
          </strong>
        </p>
        {notice.remedy !== "" && (
          <p>
            <Text text={notice.remedy} slot={{ lines: true }} />
          </p>
        )}
      </div>
      <span class="buttons">
        {notice.actions.map(({ label, action }, index) => (
          <button key={action} class={index === 0 ? "primary" : ""} onClick={() => desk.action(action)}>
            <Text text={label} />
          </button>
        ))}
      </span>
    </div>
  );
}
