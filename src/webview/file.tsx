/**
 * File: one file's heading and its hunks, with those of its name and its mode.
 *
 * Always: a folded file says how many of its hunks wait; a file of very many rows starts folded and says why.
 */
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import type { CloserView, FileView } from "../protocol/view.ts";
import type { HunkId } from "../protocol/ids.ts";
import { MovedTo, Paths } from "./attribute.tsx";
import type { Choice } from "./choosing.ts";
import { DeskContext } from "./context.ts";
import type { Wish } from "./desk.ts";
import { isEditable, nameOf, type Edits } from "./edits.ts";
import { Counts, Hunk } from "./hunk.tsx";
import { kept, useGrowing } from "./kept.tsx";
import { measure } from "./measure.ts";
import { faceOf, keyOf, type Place } from "./places.ts";
import { Icon, Text } from "./text.tsx";
import { spelled } from "./visible.ts";
import { numeral, t } from "./words.ts";

export interface FrameProps {
  /** A file's text, and what is decided beside it: one frame, one heading. */
  files: readonly FileView[];
  /** The active hunk, where it is one of this frame's. */
  active: Place | null;
  asking: Place | null;
  choice: Choice | null;
  editing: Place | null;
  /** What was written of its hunks; null where nothing was. */
  edits: Edits | null;
  session: string;
  closer: ReadonlyMap<HunkId, CloserView> | undefined;
  folded: boolean | undefined;
  /** This frame's hunks that are on their way, and those shown whole although decided: keys joined by spaces. */
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

export const Frame = kept(function Frame(props: FrameProps) {
  const { files, active, bulk, frozen } = props;
  const desk = useContext(DeskContext);
  const hunks = files.flatMap((file) => file.hunks);
  const rows = hunks.reduce((sum, hunk) => sum + hunk.rows.length, 0);
  const large = rows > manyRows && hunks.length < 50;
  const folded = props.folded ?? large;
  const lead = files.find((file) => file.newPath !== undefined) ?? files[0]!;
  const id = `file-${lead.id}`;
  // What is out of sight is not laid out: its height is reckoned from what it would show.
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(
    () => measure("--lines", folded ? 0 : rows + 2 * hunks.length)(box.current),
    [folded, rows, hunks.length],
  );
  const fold = (now: boolean) => files.forEach((file) => desk.foldFile(file.id, now));
  return (
    <section class={`file${folded ? " folded" : ""}`} aria-labelledby={id} ref={box}>
      <header class="file-head">
        <h3 id={id}>
          <button class="twist" aria-expanded={!folded} onClick={() => fold(!folded)}>
            <Icon name={folded ? "chevron-right" : "chevron-down"} />
            <Paths file={lead} />
          </button>
        </h3>
        <FileFacts files={files} />
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
      {files.map((file) => (
        <MovedTo key={file.id} file={file} frozen={frozen} />
      ))}
      {!folded && files.map((file) => <Hunks key={file.id} {...props} file={file} />)}
      {folded && large && props.folded === undefined && (
        <p class="quiet padded">
          {t("Folded, because it has {0} lines to show.", numeral(rows))}{" "}
          <button class="link" onClick={() => fold(false)}>
            {t("Show {0}", spelled(lead.path.slice(lead.path.lastIndexOf("/") + 1)))}
          </button>
        </p>
      )}
      {active !== null && folded && <span class="spoken">{t("The current hunk is in this folded file.")}</span>}
    </section>
  );

  function decide(verb: "accept" | "reject") {
    desk.decideMany(verb, desk.bulk(files).items);
  }
});

function Hunks(props: FrameProps & { file: FileView }) {
  const { file, active, asking, choice, editing, edits, session, closer, sent, open, frozen, wish } = props;
  const at = file.id === active?.file ? file.hunks.findIndex(({ id }) => id === active.hunk) : -1;
  const drawn = Math.max(useGrowing(file.hunks.length), at + 1);
  const onTheirWay = new Set(sent.split(" "));
  const shown = new Set(open.split(" "));
  return (
    <div class="hunks">
      {file.detail !== undefined && !isSaid(file) && (
        <p class="quiet padded">
          <Text text={file.detail} />
        </p>
      )}
      {file.hunks.slice(0, drawn).map((hunk, index) => {
        const place = { file: file.id, hunk: hunk.id };
        const key = keyOf(place);
        const here = (other: Place | null) => other !== null && keyOf(other) === key;
        return (
          <Hunk
            key={hunk.id}
            file={file.id}
            path={file.path}
            change={file.change}
            revision={file.revision}
            hunk={hunk}
            closer={closer?.get(hunk.id)}
            active={index === at}
            asking={here(asking)}
            choice={here(choice?.place ?? null) ? choice : null}
            editing={here(editing)}
            editable={isEditable(file, hunk)}
            edit={edits?.get(nameOf({ session, place, face: faceOf(hunk) }))?.text}
            sent={onTheirWay.has(key)}
            open={shown.has(key)}
            frozen={frozen}
            wish={index === at ? wish : null}
          />
        );
      })}
      {file.hunks.length < file.total && (
        <p class="quiet padded" role="status">
          <Icon name="loading" spins /> {t("{0} more hunks are coming …", numeral(file.total - file.hunks.length))}
        </p>
      )}
    </div>
  );
}

/** What the heading says, or the lines themselves: how large a new or deleted file is. */
function isSaid({ change, hunks }: FileView): boolean {
  if (change === "created" || change === "deleted") return hunks.some(({ rows }) => rows.length > 0);
  return change !== "binary";
}

const changes = {
  changed: null,
  created: t("New"),
  deleted: t("Deleted"),
  binary: t("Binary"),
  mode: t("Mode"),
  renamed: t("Renamed"),
  link: t("Link"),
  ends: t("Line ends"),
  mark: t("Byte order mark"),
  encoding: t("Encoding"),
} as const;

/** What the file becomes beside its text, in a few words; null where it is its text alone. */
function badgeOf({ change, executable, detail }: FileView): string | null {
  if (change === "mode" && executable !== undefined) return executable ? t("executable") : t("no longer executable");
  if (change === "link" || change === "ends" || change === "mark" || change === "encoding")
    return detail ?? changes[change];
  return changes[change];
}

function FileFacts({ files }: { files: readonly FileView[] }) {
  const hunks = files.flatMap((file) => file.hunks);
  const count = (states: readonly string[]) => hunks.filter(({ state }) => states.includes(state)).length;
  const pending = count(["pending"]);
  const clashing = count(["stale", "overtaken"]);
  const accepted = count(["accepted"]);
  const rejected = count(["rejected"]);
  const sum = (side: "added" | "removed") => hunks.reduce((total, hunk) => total + hunk[side], 0);
  return (
    <span class="facts">
      {files.map((file) => {
        const badge = badgeOf(file);
        return (
          badge !== null && (
            <span class={`badge ${file.change}`} key={file.id}>
              <Text text={badge} />
            </span>
          )
        );
      })}
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
function acceptFile({ bulk, unseen, guarded }: FrameProps): string {
  const rest = [
    unseen > 0 && (unseen === bulk ? t("none seen") : t("{0} not seen", numeral(unseen))),
    guarded > 0 && t("{0} protected left", numeral(guarded)),
  ].filter((part) => part !== false);
  return rest.length > 0 ? t("Accept file ({0})", rest.join(", ")) : t("Accept file");
}
