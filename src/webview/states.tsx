/**
 * States: what stands where hunks would, when there are none to decide; the help; the short answers.
 *
 * Always: an empty page offers a way on, and offers each way once.
 */
import { useContext, useEffect, useRef } from "preact/hooks";
import type { HeadView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { keyHelp } from "./keys.ts";
import type { Bulk } from "./places.ts";
import type { PageState } from "./store.ts";
import { Icon, Text } from "./text.tsx";
import { numeral, t } from "./words.ts";

/** No session: the ways to get one. */
export function Welcome({ notice }: { notice: HeadView["notice"] }) {
  const desk = useContext(DeskContext);
  const offered = new Set(notice?.actions.map(({ action }) => action));
  return (
    <div class="empty">
      <Mark />
      <h2>{t("No task yet")}</h2>
      <p>
        {t(
          "Hand a task to the agent. It works on a private copy; its changes arrive here as hunks, and nothing reaches your files until you accept it.",
        )}
      </p>
      <span class="buttons">
        <button class={offered.size === 0 ? "primary" : ""} onClick={() => desk.action("new-task")}>
          <Icon name="add" />
          {t("New Task…")}
        </button>
        {!offered.has("demo") && (
          <button onClick={() => desk.action("demo")}>
            <Icon name="play" />
            {t("Start Demo Session")}
          </button>
        )}
        {!offered.has("key") && (
          <button onClick={() => desk.action("key")}>
            <Icon name="key" />
            {t("Set API Key…")}
          </button>
        )}
      </span>
    </div>
  );
}

/** A session with nothing to decide just now. */
export function Nothing({ head, some, incoming }: { head: HeadView; some: boolean; incoming: boolean }) {
  const { accepted, rejected } = head.counts;
  switch (head.activity) {
    case "copying":
      return <Quiet title={t("Making the agent’s private copy")} text={head.doing} busy />;
    case "working":
    case "waiting":
      return some ? (
        <Quiet title={t("All caught up")} text={t("You have decided everything so far. The agent is still working.")} />
      ) : (
        <Quiet
          title={incoming ? t("The first edit is on its way") : t("Nothing to review yet")}
          text={
            incoming
              ? t("What the agent writes streams in below; it becomes a hunk here when it is complete.")
              : t("Hunks appear here while the agent works.")
          }
          busy
        />
      );
    case "stopping":
      return <Quiet title={t("Stopping")} text={t("What was made so far stays decidable.")} busy />;
    default:
      return some ? (
        <Quiet
          title={t("Everything is decided")}
          text={t(
            "{0} accepted, {1} rejected. Any decision can still be undone.",
            numeral(accepted),
            numeral(rejected),
          )}
          done
        />
      ) : (
        <Quiet
          title={t("No changes")}
          text={t("The agent proposed no change to your files. A follow-up can ask for one.")}
        />
      );
  }
}

function Quiet({
  title,
  text,
  busy = false,
  done = false,
}: {
  title: string;
  text: string;
  busy?: boolean;
  done?: boolean;
}) {
  return (
    <div class={`empty small${done ? " done" : ""}`}>
      {busy && <Icon name="loading" spins />}
      {done && <Icon name="pass-filled" />}
      <h3>{title}</h3>
      <p>
        <Text text={text} />
      </p>
    </div>
  );
}

function Mark() {
  return (
    <svg class="brand" viewBox="0 0 24 24" width="48" height="48" aria-hidden="true">
      <path d="M4 13.2 9.2 18.4 20 5.6" />
      <path d="M4 21.5c2.4 0 3-1.2 5.4-1.2s3 1.2 5.4 1.2 3-1.2 5.2-1.2" />
    </svg>
  );
}

export function Help() {
  const desk = useContext(DeskContext);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
  }, []);
  return (
    <dialog class="help" ref={box} aria-labelledby="help-title" onClose={() => desk.help(false)}>
      <h2 id="help-title">{t("Keys")}</h2>
      <dl>
        {keyHelp.map(({ keys, text }) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <button onClick={() => desk.help(false)}>{t("Close")}</button>
    </dialog>
  );
}

/** Asked before an accept of hunks that nobody has looked at. */
export function AcceptAll({ bulk }: { bulk: Bulk }) {
  const desk = useContext(DeskContext);
  const box = useRef<HTMLDialogElement>(null);
  const show = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    box.current?.showModal();
    // The way that decides nothing.
    show.current?.focus();
  }, []);
  const { count, unseen } = bulk;
  const looked =
    count === unseen
      ? t("None of them has been on screen.")
      : unseen === 1
        ? t("1 has not been on screen.")
        : t("{0} have not been on screen.", numeral(unseen));
  return (
    <dialog class="help ask" ref={box} aria-labelledby="ask-title" onClose={() => desk.answerAll("cancel")}>
      <h2 id="ask-title">{count === 1 ? t("Accept 1 hunk?") : t("Accept {0} hunks?", numeral(count))}</h2>
      <p>
        {looked} {t("It can be undone.")}
      </p>
      <span class="buttons">
        <button class="primary" ref={show} onClick={() => desk.answerAll("show")}>
          {t("Show them")}
        </button>
        <button onClick={() => desk.answerAll("accept")}>{t("Accept all")}</button>
        <button onClick={() => desk.answerAll("cancel")}>{t("Cancel")}</button>
      </span>
    </dialog>
  );
}

export function Said({ said }: { said: PageState["said"] }) {
  const desk = useContext(DeskContext);
  useEffect(() => {
    if (said === null || said.tone === "error") return;
    const timer = setTimeout(() => desk.dismiss(), 8000);
    return () => clearTimeout(timer);
  }, [said?.count]);
  if (said === null) return null;
  return (
    <div class={`toast ${said.tone}`}>
      <Icon name={said.tone} />
      <p>
        <Text text={said.text} slot={{ lines: true }} />
      </p>
      <button class="bare" title={t("Dismiss (Esc)")} aria-label={t("Dismiss (Esc)")} onClick={() => desk.dismiss()}>
        <Icon name="close" />
      </button>
    </div>
  );
}
