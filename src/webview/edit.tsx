/**
 * Edit: the place in which a person writes the lines of a hunk anew, and what was written for hunks that are gone.
 *
 * Always: nothing that was typed is lost by leaving; what cannot be seen in what is about to be accepted is named.
 */
import { useContext, useEffect, useRef } from "preact/hooks";
import type { HunkView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { nameOf, textOf, type Edit } from "./edits.ts";
import { faceOf, type Place } from "./places.ts";
import { Path, Text } from "./text.tsx";
import { visible } from "./visible.ts";
import { numeral, t } from "./words.ts";

const mostRows = 24;

export function EditPlace({ place, hunk, text }: { place: Place; hunk: HunkView; text: string | undefined }) {
  const desk = useContext(DeskContext);
  const field = useRef<HTMLTextAreaElement>(null);
  const theirs = textOf(hunk);
  const now = text ?? theirs;
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    const bring = () => field.current?.form?.scrollIntoView({ block: "nearest" });
    // Twice: the first time makes what is above it take its real height.
    bring();
    const frame = requestAnimationFrame(bring);
    return () => cancelAnimationFrame(frame);
  }, []);
  const hidden = hiddenIn(now);
  const open = hunk.rows.some(({ kind, end }) => kind !== "context" && end === "none");
  return (
    <form
      class="edit-place"
      onSubmit={(event) => {
        event.preventDefault();
        desk.acceptEdit(place);
      }}
    >
      <textarea
        ref={field}
        aria-label={t("The lines that you want in the place of the agent’s")}
        rows={Math.min(mostRows, now.split("\n").length)}
        spellcheck={false}
        autocomplete="off"
        wrap="off"
        value={now}
        onInput={({ currentTarget }) => desk.writeEdit(place, currentTarget.value)}
      />
      {hidden.length > 0 && (
        <p class="quiet">
          {t("Not to be seen as they are:")} <Text text={hidden.join(" ")} />
        </p>
      )}
      {now === "" && <p class="quiet">{t("No line at all: the old lines go, and nothing takes their place.")}</p>}
      {open && <p class="quiet">{t("The file ends without a line end here, and will again.")}</p>}
      <span class="buttons">
        <button class="primary" type="submit" data-decides title={t("Ctrl+Enter")}>
          {text === undefined ? t("Accept") : t("Accept your lines")}
        </button>
        <button type="button" title={t("What you wrote stays here (Esc)")} onClick={() => desk.edit(null)}>
          {t("Later")}
        </button>
        {text !== undefined && (
          <button type="button" class="link" onClick={() => desk.dropEdit(place, faceOf(hunk))}>
            {t("Back to the agent’s lines")}
          </button>
        )}
      </span>
    </form>
  );
}

/** The characters that a field does not show, each once. */
function hiddenIn(text: string): string[] {
  return [
    ...new Set(visible(text, { lines: true }).flatMap((run) => (run.kind === "mark" ? [run.text.slice(0, 2)] : []))),
  ].slice(0, 12);
}

/** Words whose hunk is not there any more: the agent changed it, or it was decided in another way. */
export function Stranded({ edits }: { edits: readonly Edit[] }) {
  const desk = useContext(DeskContext);
  if (edits.length === 0) return null;
  return (
    <section class="stranded" aria-label={t("Lines that you wrote")}>
      {edits.map((edit) => (
        <details key={nameOf(edit)} open>
          <summary>
            {t("You wrote lines for a hunk that has moved on, in")} <Path path={edit.path} />{" "}
            <span class="quiet">{t("{0} lines", numeral(edit.text.split("\n").length - 1))}</span>
          </summary>
          <textarea
            readOnly
            aria-label={t("Lines that you wrote")}
            rows={Math.min(8, edit.text.split("\n").length)}
            wrap="off"
            value={edit.text}
          />
          <button onClick={() => desk.dropEdit(edit.place, edit.face)}>{t("Drop them")}</button>
        </details>
      ))}
    </section>
  );
}
