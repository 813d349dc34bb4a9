/**
 * Hunk buttons: what can be done with one hunk, or with the lines that are picked of it.
 *
 * Always: what a button does is what its key does.
 */
import { useContext } from "preact/hooks";
import type { FileView } from "../protocol/view.ts";
import { linesTaken, type Choice } from "./choosing.ts";
import { DeskContext } from "./context.ts";
import { isClashing, isUndecided, oldLineOf } from "./places.ts";
import { Icon } from "./text.tsx";
import type { HunkProps } from "./ui.ts";
import { numeral, t } from "./words.ts";

/** The buttons where some of the lines are picked. */
function ChosenButtons({ choice, off }: { choice: Choice; off: boolean }) {
  const desk = useContext(DeskContext);
  const lines = linesTaken(choice);
  const count = lines.old.length + lines.new.length;
  return (
    <>
      <button
        class="accept primary"
        data-decides
        disabled={off}
        title={t("Accept these lines alone; the rest stays to be decided (a)")}
        onClick={() => desk.acceptChosen()}
      >
        <Icon name="check" />
        {count === 1 ? t("Accept 1 line") : t("Accept {0} lines", numeral(count))}
      </button>
      <button title={t("Choose none (Esc)")} onClick={() => desk.letGo()}>
        {t("Choose none")}
      </button>
    </>
  );
}

export function HunkButtons({ file, change, hunk, active, sent, open, frozen, choice, editable, editing }: HunkProps) {
  const desk = useContext(DeskContext);
  const place = { file, hunk: hunk.id };
  const decide = (verb: "accept" | "reject" | "take" | "keep") => (event: MouseEvent) =>
    desk.decide(verb, place, { scroll: event.detail === 0 });
  const off = sent || frozen;
  const main = active ? "primary" : "";
  const tab = active ? 0 : -1;
  return (
    <span class="buttons">
      {sent && <Icon name="loading" spins />}
      {choice !== null && hunk.state === "pending" && <ChosenButtons choice={choice} off={off} />}
      {choice === null && hunk.state === "pending" && (
        <>
          <button
            class={`accept ${main}`}
            data-decides
            disabled={off}
            tabIndex={tab}
            title={t("Accept this hunk (a)")}
            onClick={decide("accept")}
          >
            <Icon name="check" />
            {t("Accept")}
          </button>
          <button
            class="reject"
            data-decides
            disabled={off}
            tabIndex={tab}
            title={t("Reject this hunk (r)")}
            onClick={decide("reject")}
          >
            <Icon name="close" />
            {t("Reject")}
          </button>
          <IconButton
            name="comment"
            label={t("Reject and say why (Shift+R)")}
            tab={tab}
            off={off}
            onClick={() => desk.askWhy(place)}
          />
          {editable && (
            <IconButton
              name="edit"
              label={t("Write these lines anew (e)")}
              tab={tab}
              off={off || editing}
              onClick={() => desk.edit(place)}
            />
          )}
        </>
      )}
      {isClashing(hunk) && (
        <>
          <button
            data-decides
            disabled={off}
            tabIndex={tab}
            title={hunk.gone ? taking(change) : t("Put their lines in place of yours (t)")}
            onClick={decide("take")}
          >
            {t("Take theirs")}
          </button>
          <button
            data-decides
            disabled={off}
            tabIndex={tab}
            title={hunk.gone ? t("The file stays deleted (m)") : t("Leave your lines as they are (m)")}
            onClick={decide("keep")}
          >
            {hunk.gone ? t("Keep it deleted") : t("Keep mine")}
          </button>
        </>
      )}
      {!isUndecided(hunk) && (
        <>
          <button class="link" tabIndex={tab} aria-expanded={open} onClick={() => desk.showHunk(place, !open)}>
            {open ? t("Hide") : t("Show")}
          </button>
          <button
            disabled={off}
            tabIndex={tab}
            title={t("Undo this decision (u)")}
            onClick={() => desk.undo(hunk.decision)}
          >
            <Icon name="discard" />
            {t("Undo")}
          </button>
        </>
      )}
      <IconButton
        name="go-to-file"
        label={t("Open the file here (o)")}
        tab={tab}
        onClick={() => desk.openFile(file, oldLineOf(hunk))}
      />
    </span>
  );
}

function IconButton(props: { name: string; label: string; tab: number; off?: boolean; onClick: () => void }) {
  return (
    <button
      class="bare"
      disabled={props.off}
      tabIndex={props.tab}
      title={props.label}
      aria-label={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.name} />
    </button>
  );
}

/** What taking theirs does where the person has no such file. */
function taking(change: FileView["change"]): string {
  return change === "deleted"
    ? t("The agent deletes it too; nothing is written (t)")
    : t("Creates the file again, with the agent’s text (t)");
}
