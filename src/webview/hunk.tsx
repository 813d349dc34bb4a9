/**
 * Hunk: one change with its buttons; a decided one folds to a line.
 *
 * Always: what a button does is what its key does; a hunk says its path, line and state to whoever cannot see it.
 */
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { FileView, HunkView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { placeOfAttribute } from "./attribute.tsx";
import { DeskContext } from "./context.ts";
import { faceOf, isUndecided, lineOf, oldLineOf } from "./places.ts";
import { measure } from "./measure.ts";
import { Rows, Sides } from "./rows.tsx";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { useWatched } from "./watched.ts";
import { numeral, t } from "./words.ts";
import type { Wish } from "./desk.ts";

export interface HunkProps {
  file: FileView["id"];
  path: string;
  change: FileView["change"];
  hunk: HunkView;
  /** The place of the keyboard. */
  active: boolean;
  sent: boolean;
  open: boolean;
  asking: boolean;
  frozen: boolean;
  /** Set on the active hunk alone. */
  wish: Wish | null;
}

export const Hunk = kept(function Hunk(props: HunkProps) {
  const { file, hunk, active, sent, open, asking, wish } = props;
  const desk = useContext(DeskContext);
  const place = { file, hunk: hunk.id };
  const box = useWatched(`${faceOf(hunk)}${isUndecided(hunk)}`, () => desk.sawHunk(place, hunk));
  useEffect(() => {
    if (wish?.to !== "hunk") return;
    box.current?.focus({ preventScroll: true });
    if (!wish.scroll) return;
    // Twice: the first time makes what is above it take its real height.
    bring(box.current);
    const frame = requestAnimationFrame(() => bring(box.current));
    return () => cancelAnimationFrame(frame);
  }, [wish?.count]);

  const whole = isUndecided(hunk) || open;
  const rows = whole ? Math.min(400, hunk.rows.length) : 0;
  useLayoutEffect(() => measure("--rows", rows)(box.current), [rows]);
  const clashes = isClashing(hunk.state);
  return (
    <div
      class={`hunk ${hunk.state}${active ? " active" : ""}${sent ? " sent" : ""}${whole ? "" : " folded"}`}
      ref={box}
      role="group"
      tabIndex={active ? 0 : -1}
      aria-label={labelOf(props)}
      aria-busy={sent}
      data-place={`${file}/${hunk.id}`}
      onFocusIn={() => !active && desk.stand(place)}
      onPointerDown={() => !active && desk.stand(place)}
    >
      <div class="hunk-head">
        <HunkState hunk={hunk} change={props.change} />
        <HunkButtons {...props} />
      </div>
      {hunk.why !== undefined && hunk.why !== "" && (
        <p class="because">
          {t("Why:")} <Text text={hunk.why} slot={{ lines: true }} />
        </p>
      )}
      {asking && <Why place={place} />}
      {whole && hunk.refused !== undefined && hunk.refused.length > 0 && (
        <details class="refused">
          <summary>{t("What you refused here")}</summary>
          <Rows rows={hunk.refused.map((text) => ({ kind: "added", text }))} label={t("What you refused here")} />
        </details>
      )}
      {whole &&
        (clashes ? (
          <>
            {hunk.gone && <p class="gone">{deleted(props.change)}</p>}
            <Sides hunk={hunk} />
          </>
        ) : (
          hunk.rows.length > 0 && <Rows rows={hunk.rows} label={t("Lines of this hunk")} />
        ))}
      <span class="hunk-end" />
    </div>
  );
});

/** Into sight as a whole, or from its top where it is too tall for that. */
function bring(element: HTMLElement | null) {
  const tall = element !== null && element.offsetHeight > window.innerHeight * 0.6;
  element?.scrollIntoView({ block: tall ? "start" : "nearest" });
}

const words = {
  pending: t("To review"),
  accepted: t("Accepted"),
  rejected: t("Rejected"),
  stale: t("No longer fits your file"),
  overtaken: t("Your own edit took its place"),
} as const;

/** What stands against it: another text of the person's, or that they have no such file. */
function wordsOf({ state, gone }: HunkView): string {
  return gone && isClashing(state) ? t("You deleted this file") : words[state];
}

function isClashing(state: HunkView["state"]): boolean {
  return state === "stale" || state === "overtaken";
}

/** What taking theirs does where the person has no such file. */
function taking(change: FileView["change"]): string {
  return change === "deleted"
    ? t("The agent deletes it too; nothing is written (t)")
    : t("Creates the file again, with the agent’s text (t)");
}

function deleted(change: FileView["change"]): string {
  return change === "deleted"
    ? t("So does the agent: either answer leaves it deleted.")
    : t("“Take theirs” creates it again, with the agent’s text. “Keep it deleted” leaves your folder as it is.");
}

const icons = { pending: "", accepted: "check", rejected: "close", stale: "warning", overtaken: "warning" } as const;

function HunkState({ hunk, change }: { hunk: HunkView; change: FileView["change"] }) {
  return (
    <span class="hunk-state">
      {icons[hunk.state] !== "" && <Icon name={icons[hunk.state]} />}
      {hunk.state !== "pending" && <strong>{wordsOf(hunk)}</strong>}
      <span class="quiet">{whereShown(hunk, change)}</span>
      <Counts added={hunk.added} removed={hunk.removed} />
      {hunk.marks.map((mark) => (
        <span class="badge warn" key={mark}>
          <Text text={mark} />
        </span>
      ))}
    </span>
  );
}

export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <span class="lines">
      {added > 0 && (
        <span
          class="plus"
          aria-label={added === 1 ? t("1 line added") : t("{0} lines added", numeral(added))}
          role="img"
        >
          +{numeral(added)}
        </span>
      )}
      {removed > 0 && (
        <span
          class="minus"
          aria-label={removed === 1 ? t("1 line removed") : t("{0} lines removed", numeral(removed))}
          role="img"
        >
          −{numeral(removed)}
        </span>
      )}
    </span>
  );
}

function HunkButtons({ file, change, hunk, active, sent, open, frozen }: HunkProps) {
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
      {hunk.state === "pending" && (
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
        </>
      )}
      {isClashing(hunk.state) && (
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

function Why({ place }: { place: { file: string; hunk: string } }) {
  const desk = useContext(DeskContext);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="why"
      onSubmit={(event) => {
        event.preventDefault();
        desk.decide("reject", place, { why: field.current?.value ?? "" });
      }}
    >
      <input
        ref={field}
        aria-label={t("Why is this rejected?")}
        placeholder={t("Why? The agent is told this.")}
        maxLength={2000}
      />
      <button class="primary" type="submit">
        {t("Reject")}
      </button>
      <button type="button" onClick={() => desk.askWhy(null)}>
        {t("Cancel")}
      </button>
    </form>
  );
}

function whereIs(hunk: HunkView, change: FileView["change"]): string {
  if (hunk.rows.length === 0) return placeOfAttribute(change) ?? t("whole file");
  if (change === "created" || change === "deleted") return change === "created" ? t("new file") : t("file deleted");
  const numbers = hunk.rows.flatMap((row) => (row.kind === "context" ? [] : (row.new ?? row.old ?? [])));
  const first = lineOf(hunk);
  const last = Math.max(first, ...numbers.slice(-1));
  return first === last ? t("line {0}", first) : t("lines {0}–{1}", first, last);
}

/** The heading of a new or deleted file has said what it is. */
function whereShown(hunk: HunkView, change: FileView["change"]): string {
  return change === "created" || change === "deleted" ? t("whole file") : whereIs(hunk, change);
}

function labelOf({ path, hunk, change }: HunkProps): string {
  const marks = hunk.marks.length > 0 ? `; ${hunk.marks.map(spelled).join(", ")}` : "";
  const size = t("{0} added, {1} removed", numeral(hunk.added), numeral(hunk.removed));
  return `${spelled(path)}, ${whereIs(hunk, change)}: ${wordsOf(hunk)}; ${size}${marks}`;
}
