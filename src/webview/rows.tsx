/**
 * Rows: a hunk's lines as a table, and the three sides of a hunk that no longer fits.
 *
 * Always: what a row is stands in its sign and its words, not in its colour alone; rows beyond the first few hundred
 * wait behind a button that counts them.
 */
import { useState } from "preact/hooks";
import type { HunkView, RowView } from "../protocol/view.ts";
import { kept } from "./kept.tsx";
import { measure } from "./measure.ts";
import { Line } from "./text.tsx";
import { numeral, t } from "./words.ts";

const rowsAtOnce = 400;

export const Rows = kept(function Rows({ rows, label }: { rows: readonly RowView[]; label: string }) {
  const [count, setCount] = useState(rowsAtOnce);
  const left = rows.length - count;
  return (
    <>
      <table class="rows" aria-label={label} ref={measure("--digits", digitsOf(rows))}>
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
            <Row key={index} row={row} />
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

function Row({ row }: { row: RowView }) {
  return (
    <tr class={`row ${row.kind}`}>
      <td class="number">{row.old ?? ""}</td>
      <td class="number">{row.new ?? ""}</td>
      <td class="sign" aria-label={kinds[row.kind]}>
        {signs[row.kind]}
      </td>
      <td class="code">
        <Line text={row.text} changed={row.kind !== "context"} />
        {row.end !== undefined && <span class="end">{ends[row.end]}</span>}
      </td>
    </tr>
  );
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
