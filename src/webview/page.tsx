/**
 * Page: lays out header, conversation, files and follow-up.
 *
 * Always: a part is given only what it shows, so that a message about one file draws that file alone.
 */
import { useContext } from "preact/hooks";
import type { FileView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { Conversation, FollowUp } from "./conversation.tsx";
import { Decisions } from "./decisions.tsx";
import type { Desk } from "./desk.ts";
import { File } from "./file.tsx";
import { Header } from "./header.tsx";
import { Arriving } from "./incoming.tsx";
import { isUndecided } from "./places.ts";
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
  const waiting = files.some((file) => file.hunks.some(isUndecided));
  return (
    <div class="files" role="region" aria-label={t("Changes")} tabIndex={0} data-scroll="files">
      <div class="files-content">
        <div class="files-head">
          <h2>{t("Changes")}</h2>
          <span class="quiet">{files.length === 1 ? t("1 file") : t("{0} files", numeral(files.length))}</span>
          <Decisions decisions={head.decisions} frozen={head.activity === "readonly"} />
        </div>
        {files.map((file) => (
          <File
            key={file.id}
            file={file}
            active={ui.place?.file === file.id ? ui.place.hunk : null}
            asking={ui.why?.file === file.id ? ui.why.hunk : null}
            folded={ui.folded.get(file.id)}
            sent={own(ui.sent.keys(), file)}
            open={own(ui.open, file)}
            frozen={head.activity === "readonly"}
            wish={ui.place?.file === file.id ? ui.wish : null}
            {...bulkProps(desk, file)}
          />
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

function bulkProps(desk: Desk, file: FileView) {
  const { count, unseen, guarded } = desk.bulk(file.id);
  return { bulk: count, unseen, guarded };
}

function own(keys: Iterable<string>, file: FileView): string {
  const start = `${file.id}/`;
  return [...keys]
    .filter((key) => key.startsWith(start))
    .map((key) => key.slice(start.length))
    .join(" ");
}
