/**
 * Hunk: one change with its buttons; a decided one folds to a line.
 *
 * Always: what a button does is what its key does; a hunk says its path, line and state to whoever cannot see it.
 */
import { useContext, useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { FileView, HunkView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { DeskContext } from "./context.ts";
import { faceOf, isUndecided, lineOf, oldLineOf } from "./places.ts";
import { measure } from "./measure.ts";
import { Rows, Sides } from "./rows.tsx";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { useWatched } from "./watched.ts";
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
  const clashes = hunk.state === "stale" || hunk.state === "overtaken";
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
          Why: <Text text={hunk.why} slot={{ lines: true }} />
        </p>
      )}
      {asking && <Why place={place} />}
      {whole && hunk.refused !== undefined && hunk.refused.length > 0 && (
        <details class="refused">
          <summary>What you refused here</summary>
          <Rows rows={hunk.refused.map((text) => ({ kind: "added", text }))} label="What you refused here" />
        </details>
      )}
      {whole &&
        (clashes ? (
          <Sides hunk={hunk} />
        ) : (
          hunk.rows.length > 0 && <Rows rows={hunk.rows} label="Lines of this hunk" />
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
  pending: "To review",
  accepted: "Accepted",
  rejected: "Rejected",
  stale: "No longer fits your file",
  overtaken: "Your own edit took its place",
} as const;
const icons = { pending: "", accepted: "check", rejected: "close", stale: "warning", overtaken: "warning" } as const;

function HunkState({ hunk, change }: { hunk: HunkView; change: FileView["change"] }) {
  return (
    <span class="hunk-state">
      {icons[hunk.state] !== "" && <Icon name={icons[hunk.state]} />}
      {hunk.state !== "pending" && <strong>{words[hunk.state]}</strong>}
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
        <span class="plus" aria-label={`${added} lines added`} role="img">
          +{added.toLocaleString("en")}
        </span>
      )}
      {removed > 0 && (
        <span class="minus" aria-label={`${removed} lines removed`} role="img">
          −{removed.toLocaleString("en")}
        </span>
      )}
    </span>
  );
}

function HunkButtons({ file, hunk, active, sent, open, frozen }: HunkProps) {
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
            title="Accept this hunk (a)"
            onClick={decide("accept")}
          >
            <Icon name="check" />
            Accept
          </button>
          <button
            class="reject"
            data-decides
            disabled={off}
            tabIndex={tab}
            title="Reject this hunk (r)"
            onClick={decide("reject")}
          >
            <Icon name="close" />
            Reject
          </button>
          <IconButton
            name="comment"
            label="Reject and say why (Shift+R)"
            tab={tab}
            off={off}
            onClick={() => desk.askWhy(place)}
          />
        </>
      )}
      {(hunk.state === "stale" || hunk.state === "overtaken") && (
        <>
          <button
            data-decides
            disabled={off}
            tabIndex={tab}
            title="Put their lines in place of yours (t)"
            onClick={decide("take")}
          >
            Take theirs
          </button>
          <button
            data-decides
            disabled={off}
            tabIndex={tab}
            title="Leave your lines as they are (m)"
            onClick={decide("keep")}
          >
            Keep mine
          </button>
        </>
      )}
      {!isUndecided(hunk) && (
        <>
          <button class="link" tabIndex={tab} aria-expanded={open} onClick={() => desk.showHunk(place, !open)}>
            {open ? "Hide" : "Show"}
          </button>
          <button disabled={off} tabIndex={tab} title="Undo this decision (u)" onClick={() => desk.undo(hunk.decision)}>
            <Icon name="discard" />
            Undo
          </button>
        </>
      )}
      <IconButton
        name="go-to-file"
        label="Open the file here (o)"
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
        aria-label="Why is this rejected?"
        placeholder="Why? The agent is told this."
        maxLength={2000}
      />
      <button class="primary" type="submit">
        Reject
      </button>
      <button type="button" onClick={() => desk.askWhy(null)}>
        Cancel
      </button>
    </form>
  );
}

function whereIs(hunk: HunkView, change: FileView["change"]): string {
  if (hunk.rows.length === 0) return "whole file";
  if (change === "created" || change === "deleted") return change === "created" ? "new file" : "file deleted";
  const numbers = hunk.rows.flatMap((row) => (row.kind === "context" ? [] : (row.new ?? row.old ?? [])));
  const first = lineOf(hunk);
  const last = Math.max(first, ...numbers.slice(-1));
  return first === last ? `line ${first}` : `lines ${first}–${last}`;
}

/** The heading of a new or deleted file has said what it is. */
function whereShown(hunk: HunkView, change: FileView["change"]): string {
  return change === "created" || change === "deleted" ? "whole file" : whereIs(hunk, change);
}

function labelOf({ path, hunk, change }: HunkProps): string {
  const marks = hunk.marks.length > 0 ? `; ${hunk.marks.map(spelled).join(", ")}` : "";
  return `${spelled(path)}, ${whereIs(hunk, change)}: ${words[hunk.state]}; ${hunk.added} added, ${hunk.removed} removed${marks}`;
}
