/**
 * Page: lays out header, conversation, files and follow-up.
 *
 * Always: a part is given only what it shows, so that a message about one file draws that file alone.
 */
import { useContext } from "preact/hooks";
import type { FileId } from "../protocol/ids.ts";
import type { FileView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { Conversation, FollowUp } from "./conversation.tsx";
import { Decisions } from "./decisions.tsx";
import type { Desk } from "./desk.ts";
import { Stranded } from "./edit.tsx";
import { stranded } from "./edits.ts";
import { Frame } from "./file.tsx";
import { Header } from "./header.tsx";
import { Arriving } from "./incoming.tsx";
import { framesOf, isUndecided } from "./places.ts";
import { Questions } from "./question.tsx";
import { AcceptAll, Help, Nothing, Said, Welcome } from "./states.tsx";
import { filesInOrder } from "./store.ts";
import { TaskBox } from "./task.tsx";
import { numeral, t } from "./words.ts";

export function Page() {
  const desk = useContext(DeskContext);
  const { state, ui } = desk;
  const { head } = state;
  if (head === null) return <p class="empty small quiet">{t("Loading the session …")}</p>;
  const session = head.session !== null;
  const { count, unseen, guarded } = desk.bulk();
  return (
    <div class={`page${session ? "" : " no-session"}`}>
      <Header
        head={head}
        bulk={count}
        unseen={unseen}
        guarded={guarded}
        wish={ui.wish.to === "bulk" ? ui.wish : null}
      />
      <Questions
        questions={head.questions}
        frozen={head.activity === "readonly"}
        wish={ui.wish.to === "question" ? ui.wish : null}
      />
      <div class="body" data-scroll="body">
        {session ? (
          <>
            <Conversation talk={state.talk} plan={head.plan} />
            <Files desk={desk} />
          </>
        ) : (
          <Welcome notice={head.notice} />
        )}
      </div>
      {session && <FollowUp head={head} text={ui.follow} wish={ui.wish.to === "follow" ? ui.wish : null} />}
      <Said said={state.said} />
      {ui.help && <Help />}
      {state.task !== null && <TaskBox task={state.task} />}
      {ui.asking !== null && <AcceptAll bulk={ui.asking} />}
      <p class="spoken" role="status" aria-live="polite">
        {ui.spoken.text}
      </p>
    </div>
  );
}

function Files({ desk }: { desk: Desk }) {
  const { state, ui } = desk;
  const head = state.head;
  if (head === null) return null;
  const files = filesInOrder(state);
  const frames = framesOf(files);
  const sent = byFile(ui.sent.keys());
  const open = byFile(ui.open);
  const waiting = files.some((file) => file.hunks.some(isUndecided));
  return (
    <div class="files" role="region" aria-label={t("Changes")} tabIndex={0} data-scroll="files">
      <div class="files-content">
        <div class="files-head">
          <h2>{t("Changes")}</h2>
          <span class="quiet">{frames.length === 1 ? t("1 file") : t("{0} files", numeral(frames.length))}</span>
          <Decisions decisions={head.decisions} frozen={head.activity === "readonly"} />
        </div>
        <Stranded edits={stranded(ui.edits, state.complete ? head.session : null, state.files)} />
        {frames.map((frame) => (
          <Frame key={frame[0]!.id} {...frameProps(desk, frame, sent, open)} />
        ))}
        {!waiting && (
          <Nothing
            head={head}
            some={files.some(({ hunks }) => hunks.length > 0)}
            incoming={state.incoming.length > 0}
          />
        )}
      </div>
      <div class="slack" />
      {state.incoming.length > 0 && <Arriving items={state.incoming} />}
    </div>
  );
}

/** What a frame is drawn from: values that stay the same while nothing of it changes. */
function frameProps(desk: Desk, files: readonly FileView[], sent: KeysByFile, open: KeysByFile) {
  const { state, ui } = desk;
  const ids = new Set(files.map(({ id }) => id));
  const own = <P extends { file: FileId } | null>(place: P): P | null => (place && ids.has(place.file) ? place : null);
  const joined = (keys: KeysByFile) => files.map(({ id }) => keys.get(id)?.join(" ") ?? "").join(" ");
  const folded = files.map(({ id }) => ui.folded.get(id));
  const { count, unseen, guarded } = desk.bulk(files);
  return {
    files,
    active: own(ui.place),
    asking: own(ui.why),
    choice: own(ui.choice?.place ?? null) && ui.choice,
    editing: own(ui.editing),
    edits: [...ui.edits.values()].some(({ place }) => ids.has(place.file)) ? ui.edits : null,
    session: state.head?.session ?? "",
    // What is decided beside a text has no lines to look closer at.
    closer: files.map(({ id }) => state.closer.get(id)).find((closer) => closer !== undefined),
    folded: folded.includes(false) ? false : folded.includes(undefined) ? undefined : true,
    sent: joined(sent),
    open: joined(open),
    frozen: state.head?.activity === "readonly",
    wish: own(ui.place) && ui.wish,
    bulk: count,
    unseen,
    guarded,
  };
}

type KeysByFile = ReadonlyMap<FileId, string[]>;

function byFile(keys: Iterable<string>): KeysByFile {
  const found = new Map<FileId, string[]>();
  for (const key of keys) {
    const file = key.slice(0, key.indexOf("/"));
    const own = found.get(file);
    if (own === undefined) found.set(file, [key]);
    else own.push(key);
  }
  return found;
}
