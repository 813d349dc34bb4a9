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
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";

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
          <Text text={head.folder} /> · <Text text={head.connection} />
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
  text: "Another window has this session: here it can only be read, as it was when you opened it.",
  remedy: "Decide there; or close that window, then run “Countersign: Open Review” here.",
  actions: [],
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
          {whole ? "less" : "more"}
        </button>
      )}
    </div>
  );
}

const states: Record<Activity, string> = {
  none: "",
  copying: "Copying",
  working: "Working",
  waiting: "Waiting",
  stopping: "Stopping",
  idle: "Idle",
  readonly: "Read only",
};

function Doing({ activity, doing }: { activity: Activity; doing: string }) {
  const desk = useContext(DeskContext);
  if (activity === "none") return null;
  const busy = activity === "copying" || activity === "working" || activity === "waiting";
  const spins = busy || activity === "stopping";
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
        <button disabled={!busy} title="Stop the agent; the hunks so far stay" onClick={() => desk.stop()}>
          <Icon name="debug-stop" />
          Stop
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
        aria-label="Hunks decided"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={decided}
        aria-valuetext={`${decided} of ${total} decided`}
      >
        <span class="meter-accepted" ref={measure("--share", accepted)} />
        <span class="meter-rejected" ref={measure("--share", rejected)} />
        <span class="meter-left" ref={measure("--share", total === 0 ? 1 : pending)} />
      </div>
      <div class="progress-row">
        <p class="counts">
          <Count value={pending - stale} word="to review" name="pending" />
          <Count value={accepted} word="accepted" name="accepted" />
          <Count value={rejected} word="rejected" name="rejected" />
          {stale > 0 && <Count value={stale} word="no longer fit" name="stale" />}
          {guarded > 0 && <Count value={guarded} word="protected, one by one" name="guarded" />}
        </p>
        <span class="buttons">
          <button
            id="accept-all"
            ref={acceptAll}
            data-decides
            disabled={frozen || bulk === 0}
            title="Accept every pending hunk; those that no longer fit are left (b, then Enter)"
            onClick={() => desk.acceptAll()}
          >
            Accept all{bulk > 0 && ` ${bulk.toLocaleString("en")}`}
            {unseen > 0 && ` (${unseen.toLocaleString("en")} not seen)`}
          </button>
          <button
            data-decides
            disabled={frozen || bulk === 0}
            title="Reject every pending hunk (b, then Tab and Enter)"
            onClick={() => desk.decideMany("reject", desk.bulk().items)}
          >
            Reject all{bulk > 0 && ` ${bulk.toLocaleString("en")}`}
          </button>
          <Step name="discard" word="Undo" what={head.undo} letter="u" off={frozen} onClick={() => desk.undo()} />
          <Step name="redo" word="Redo" what={head.redo} letter="Shift+U" off={frozen} onClick={() => desk.redo()} />
          <button class="bare" title="Keys (?)" aria-label="Keys (?)" onClick={() => desk.help(true)}>
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
      <b>{value.toLocaleString("en")}</b> {word}
    </span>
  );
}

interface StepProps {
  name: string;
  word: string;
  what: string | null;
  letter: string;
  off: boolean;
  onClick: () => void;
}

function Step({ name, word, what, letter, off, onClick }: StepProps) {
  const title = what === null ? `Nothing to ${word.toLowerCase()}` : `${word}: ${spelled(what)} (${letter})`;
  return (
    <button class="bare" disabled={off || what === null} title={title} aria-label={title} onClick={onClick}>
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
