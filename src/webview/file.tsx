/**
 * File: one file's heading and its hunks.
 *
 * Always: a folded file says how many of its hunks wait; a file of very many rows starts folded and says why.
 */
import { useContext } from "preact/hooks";
import type { FileView } from "../protocol/view.ts";
import type { HunkId } from "../protocol/ids.ts";
import { MovedTo, Paths } from "./attribute.tsx";
import { DeskContext } from "./context.ts";
import type { Wish } from "./desk.ts";
import { Counts, Hunk } from "./hunk.tsx";
import { kept, useGrowing } from "./kept.tsx";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { numeral, t } from "./words.ts";

export interface FileProps {
  file: FileView;
  /** The active hunk, where it is one of this file's. */
  active: HunkId | null;
  asking: HunkId | null;
  folded: boolean | undefined;
  /** This file's hunks that are on their way, and those shown whole although decided: ids joined by spaces. */
  sent: string;
  open: string;
  frozen: boolean;
  wish: Wish | null;
  /** How many pending hunks a decision about the whole file would take. */
  bulk: number;
  unseen: number;
  /** How many of its pending hunks do more than change text, and are decided one by one. */
  guarded: number;
}

const manyRows = 5000;

export const File = kept(function File(props: FileProps) {
  const { file, active, bulk, frozen } = props;
  const desk = useContext(DeskContext);
  const rows = file.hunks.reduce((sum, hunk) => sum + hunk.rows.length, 0);
  const large = rows > manyRows && file.hunks.length < 50;
  const folded = props.folded ?? large;
  const id = `file-${file.id}`;
  return (
    <section class={`file${folded ? " folded" : ""}`} aria-labelledby={id}>
      <header class="file-head">
        <h3 id={id}>
          <button class="twist" aria-expanded={!folded} onClick={() => desk.foldFile(file.id, !folded)}>
            <Icon name={folded ? "chevron-right" : "chevron-down"} />
            <Paths file={file} />
          </button>
        </h3>
        <FileFacts file={file} />
        {bulk > 0 && (
          <span class="buttons">
            <button
              data-decides
              disabled={frozen}
              title={t("Accept this file’s pending hunks (Shift+A)")}
              onClick={() => decide("accept")}
            >
              {acceptFile(props)}
            </button>
            <button
              data-decides
              disabled={frozen}
              title={t("Reject this file’s pending hunks (Shift+X)")}
              onClick={() => decide("reject")}
            >
              {t("Reject file")}
            </button>
          </span>
        )}
      </header>
      <MovedTo file={file} frozen={frozen} />
      {!folded && <Hunks {...props} />}
      {folded && large && props.folded === undefined && (
        <p class="quiet padded">
          {t("Folded, because it has {0} lines to show.", numeral(rows))}{" "}
          <button class="link" onClick={() => desk.foldFile(file.id, false)}>
            {t("Show {0}", spelled(file.path.slice(file.path.lastIndexOf("/") + 1)))}
          </button>
        </p>
      )}
      {active !== null && folded && <span class="spoken">{t("The current hunk is in this folded file.")}</span>}
    </section>
  );

  function decide(verb: "accept" | "reject") {
    desk.decideMany(verb, desk.bulk(file.id).items);
  }
});

function Hunks({ file, active, asking, sent, open, frozen, wish }: FileProps) {
  const at = file.hunks.findIndex(({ id }) => id === active);
  const drawn = Math.max(useGrowing(file.hunks.length), at + 1);
  const onTheirWay = new Set(sent.split(" "));
  const shown = new Set(open.split(" "));
  return (
    <div class="hunks">
      {file.detail !== undefined && !saysItself(file) && (
        <p class="quiet padded">
          <Text text={file.detail} />
        </p>
      )}
      {file.hunks.slice(0, drawn).map((hunk) => (
        <Hunk
          key={hunk.id}
          file={file.id}
          path={file.path}
          change={file.change}
          hunk={hunk}
          active={hunk.id === active}
          asking={hunk.id === asking}
          sent={onTheirWay.has(hunk.id)}
          open={shown.has(hunk.id)}
          frozen={frozen}
          wish={hunk.id === active ? wish : null}
        />
      ))}
      {file.hunks.length < file.total && (
        <p class="quiet padded" role="status">
          <Icon name="loading" spins /> {t("{0} more hunks are coming …", numeral(file.total - file.hunks.length))}
        </p>
      )}
    </div>
  );
}

/** A new or deleted file whose lines are shown says its size by them. */
function saysItself({ change, hunks }: FileView): boolean {
  return (change === "created" || change === "deleted") && hunks.some(({ rows }) => rows.length > 0);
}

const changes = {
  changed: null,
  created: t("New"),
  deleted: t("Deleted"),
  binary: t("Binary"),
  mode: t("Mode"),
  renamed: t("Renamed"),
  ends: t("Line ends"),
  mark: t("Byte order mark"),
  encoding: t("Encoding"),
} as const;

function FileFacts({ file }: { file: FileView }) {
  const count = (states: readonly string[]) => file.hunks.filter(({ state }) => states.includes(state)).length;
  const pending = count(["pending"]);
  const clashing = count(["stale", "overtaken"]);
  const accepted = count(["accepted"]);
  const rejected = count(["rejected"]);
  const sum = (side: "added" | "removed") => file.hunks.reduce((total, hunk) => total + hunk[side], 0);
  return (
    <span class="facts">
      {changes[file.change] !== null && <span class={`badge ${file.change}`}>{changes[file.change]}</span>}
      <Counts added={sum("added")} removed={sum("removed")} />
      <span class="quiet">
        {[
          pending > 0 && t("{0} to review", numeral(pending)),
          clashing > 0 && t("{0} no longer fit", numeral(clashing)),
          accepted > 0 && t("{0} accepted", numeral(accepted)),
          rejected > 0 && t("{0} rejected", numeral(rejected)),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </span>
  );
}

/** What the button would take, and what it would not. */
function acceptFile({ bulk, unseen, guarded }: FileProps): string {
  const rest = [
    unseen > 0 && (unseen === bulk ? t("none seen") : t("{0} not seen", numeral(unseen))),
    guarded > 0 && t("{0} protected left", numeral(guarded)),
  ].filter((part) => part !== false);
  return rest.length > 0 ? t("Accept file ({0})", rest.join(", ")) : t("Accept file");
}
