/**
 * Hunk: one change with its buttons; a decided one folds to a line.
 *
 * Always: what a button does is what its key does; a hunk says its path, line and state to whoever cannot see it.
 */
import { useContext, useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { FileView, HunkView, MovedView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { placeOfAttribute } from "./attribute.tsx";
import { picked, taken } from "./choosing.ts";
import { DeskContext } from "./context.ts";
import { EditPlace } from "./edit.tsx";
import { faceOf, isClashing, isUndecided, lineOf } from "./places.ts";
import { measure } from "./measure.ts";
import { HunkButtons } from "./hunkButtons.tsx";
import { Rows, Sides } from "./rows.tsx";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { useNear, useWatched } from "./watched.ts";
import { numeral, t } from "./words.ts";
import type { HunkProps } from "./ui.ts";

export const Hunk = kept(function Hunk(props: HunkProps) {
  const { file, hunk, active, sent, open, asking, wish } = props;
  const desk = useContext(DeskContext);
  const place = useMemo(() => ({ file, hunk: hunk.id }), [file, hunk.id]);
  const box = useWatched(`${faceOf(hunk)}${isUndecided(hunk)}`, () => desk.sawHunk(place, hunk));
  useNear(box, hunk.rows.length > 0 ? place : null, (all) => desk.near(all), [hunk, props.revision]);
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
  const clashes = isClashing(hunk);
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
        <HunkState {...props} />
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
          hunk.rows.length > 0 && (
            <Rows
              rows={hunk.rows}
              label={t("Lines of this hunk")}
              pairs={props.closer?.pairs}
              place={hunk.state === "pending" && !sent && !props.frozen ? place : null}
              choice={props.choice}
            />
          )
        ))}
      {props.editing && <EditPlace place={place} hunk={hunk} text={props.edit} />}
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
function wordsOf(hunk: HunkView): string {
  return hunk.gone && isClashing(hunk) ? t("You deleted this file") : words[hunk.state];
}

function deleted(change: FileView["change"]): string {
  return change === "deleted"
    ? t("So does the agent: either answer leaves it deleted.")
    : t("“Take theirs” creates it again, with the agent’s text. “Keep it deleted” leaves your folder as it is.");
}

const icons = { pending: "", accepted: "check", rejected: "close", stale: "warning", overtaken: "warning" } as const;

function HunkState({ hunk, change, file, closer, choice, edit, editing }: HunkProps) {
  const along = choice === null ? 0 : taken(choice).size - picked(choice).size;
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
      {closer?.moved.slice(0, mostMoved).map((moved) => (
        <Moved key={`${moved.way}${moved.line}`} moved={moved} file={file} hunk={hunk} />
      ))}
      {along > 0 && (
        <span class="badge warn">{along === 1 ? t("1 more goes along") : t("{0} more go along", numeral(along))}</span>
      )}
      {edit !== undefined && !editing && hunk.state === "pending" && (
        <span class="badge warn">{t("you wrote lines, not accepted yet (e)")}</span>
      )}
    </span>
  );
}

const mostMoved = 3;

/** Where lines of the hunk went, or came from, with the way there. */
function Moved({ moved, file, hunk }: { moved: MovedView; file: FileView["id"]; hunk: HunkView }) {
  const desk = useContext(DeskContext);
  const whole = moved.lines === (moved.way === "to" ? hunk.removed : hunk.added);
  const text =
    moved.way === "to"
      ? whole
        ? t("moved to line {0}", moved.line)
        : t("{0} lines moved to line {1}", numeral(moved.lines), moved.line)
      : whole
        ? t("moved from line {0}", moved.line)
        : t("{0} lines moved from line {1}", numeral(moved.lines), moved.line);
  return (
    <button class="link moved" onClick={() => desk.go({ file, hunk: moved.hunk })}>
      {text}
    </button>
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
  if (hunk.rows.length === 0 || change === "link") return placeOfAttribute(change) ?? t("whole file");
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
