/**
 * Rows: a hunk's lines as a table, and the three sides of a hunk that no longer fits.
 *
 * The numbers of a pending hunk's lines pick them: with a press one, drawn over several, or up to there with Shift.
 *
 * Always: what a row is stands in its sign and its words, not in its colour alone; rows beyond the first few hundred
 * wait behind a button that counts them.
 */
import { useContext, useMemo, useState } from "preact/hooks";
import type { HunkView, PairView, Parts, RowView } from "../protocol/view.ts";
import { pairAt, standings, type Choice, type Standing } from "./choosing.ts";
import { DeskContext } from "./context.ts";
import { kept } from "./kept.tsx";
import { measure } from "./measure.ts";
import type { Place } from "./places.ts";
import type { Desk } from "./ui.ts";
import { Icon, Line } from "./text.tsx";
import { numeral, t } from "./words.ts";

const rowsAtOnce = 400;

/** Beyond the rows: what is known of them closer, and what is picked of them. */
export interface RowsProps {
  rows: readonly RowView[];
  label: string;
  pairs?: readonly PairView[] | undefined;
  /** The hunk, where its lines can be picked. */
  place?: Place | null;
  choice?: Choice | null;
}

export const Rows = kept(function Rows({ rows, label, pairs, place = null, choice = null }: RowsProps) {
  const [count, setCount] = useState(rowsAtOnce);
  const desk = useContext(DeskContext);
  const words = useMemo(() => wordsByLine(pairs), [pairs]);
  const standing = choice === null ? null : standings(choice);
  const pickable = place !== null && pairs !== undefined && pairs.length > 0;
  const left = rows.length - count;
  return (
    <>
      <table
        class={pickable ? "rows pickable" : "rows"}
        aria-label={label}
        {...(pickable ? picking(desk, place, pairs) : {})}
        ref={measure("--digits", digitsOf(rows))}
      >
        <colgroup>
          <col class="number-column" />
          <col class="number-column" />
          <col class="sign-column" />
          <col />
        </colgroup>
        <thead>
          <tr class="spoken">
            <th scope="col">{t("Old line")}</th>
            <th scope="col">{t("New line")}</th>
            <th scope="col">{t("Change")}</th>
            <th scope="col">{t("Text")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, count).map((row, index) => (
            <Row key={index} row={row} words={words?.(row)} standing={standing?.(row) ?? null} />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <button class="more wide" data-hidden onClick={() => setCount(count + 4 * rowsAtOnce)}>
          {t("show {0} more lines", numeral(left))}
        </button>
      )}
    </>
  );
});

const signs = { context: "", removed: "−", added: "+" } as const;
const kinds = { context: t("unchanged"), removed: t("removed"), added: t("added") } as const;
const ends = { crlf: "CRLF", cr: "CR", none: t("no line end") } as const;

const Row = kept(function Row({
  row,
  words,
  standing,
}: {
  row: RowView;
  words: Parts | undefined;
  standing: Standing;
}) {
  const mark = standing !== null && <Icon name={standing === "picked" ? "check" : "link"} />;
  return (
    <tr class={`row ${row.kind}${standing === null ? "" : ` ${standingClass[standing]}`}`}>
      <td class="number">{row.old ?? mark}</td>
      <td class="number">{row.new ?? mark}</td>
      <td class="sign" aria-label={standing === null ? kinds[row.kind] : `${kinds[row.kind]}, ${chosenAs[standing]}`}>
        {signs[row.kind]}
      </td>
      <td class="code">
        <Line text={row.text} changed={row.kind !== "context"} words={words} />
        {row.end !== undefined && <span class="end">{ends[row.end]}</span>}
      </td>
    </tr>
  );
});

const standingClass = { picked: "picked", along: "taken" } as const;
const chosenAs = { picked: t("chosen"), along: t("goes along") } as const;

function wordsByLine(pairs: readonly PairView[] | undefined): ((row: RowView) => Parts | undefined) | null {
  if (pairs === undefined) return null;
  const old = new Map(pairs.flatMap((pair) => (pair.oldWords && pair.old ? [[pair.old, pair.oldWords]] : [])));
  const now = new Map(pairs.flatMap((pair) => (pair.newWords && pair.new ? [[pair.new, pair.newWords]] : [])));
  return ({ kind, old: before, new: after }) =>
    kind === "removed" ? old.get(before ?? 0) : kind === "added" ? now.get(after ?? 0) : undefined;
}

/** What the pointer does on the numbers: the lines from where it was pressed to where it is are picked. */
function picking(desk: Desk, place: Place, pairs: readonly PairView[]) {
  const under = ({ target }: Event): number => {
    const row = target instanceof Element && target.closest(".number") ? target.closest("tr") : null;
    if (row === null) return -1;
    const side = row.matches(".removed") ? "old" : row.matches(".added") ? "new" : null;
    const cell = row.children[side === "old" ? 0 : 1];
    return side === null ? -1 : pairAt(pairs, side, Number(cell?.textContent));
  };
  return {
    onPointerDown(event: PointerEvent) {
      const pair = event.button === 0 ? under(event) : -1;
      if (pair >= 0) desk.choose(place, pair, event.shiftKey);
    },
    onPointerOver(event: PointerEvent) {
      const pair = event.buttons === 1 ? under(event) : -1;
      if (pair >= 0 && desk.ui.choice?.run) desk.choose(place, pair, true);
    },
  };
}

/** What was there, what they want, what the person has now. */
export function Sides({ hunk }: { hunk: HunkView }) {
  const before = hunk.rows.filter(({ kind }) => kind === "removed");
  const theirs = hunk.rows.filter(({ kind }) => kind === "added");
  const yours = (hunk.yours ?? []).map((text): RowView => ({ kind: "context", text }));
  return (
    <div class="sides">
      <Side title={t("Before")} rows={before} nothing={t("No lines here.")} />
      <Side title={t("Theirs")} rows={theirs} nothing={t("They remove these lines.")} />
      <Side
        title={t("Yours, in your file now")}
        rows={yours}
        nothing={hunk.gone ? t("You have no such file.") : t("You have no lines here.")}
      />
    </div>
  );
}

function Side({ title, rows, nothing }: { title: string; rows: readonly RowView[]; nothing: string }) {
  return (
    <section class="side">
      <h4>{title}</h4>
      {rows.length > 0 ? <Rows rows={rows} label={title} /> : <p class="quiet">{nothing}</p>}
    </section>
  );
}

function digitsOf(rows: readonly RowView[]): number {
  const highest = rows.reduce((most, row) => Math.max(most, row.old ?? 0, row.new ?? 0), 0);
  return Math.max(2, String(highest).length);
}
