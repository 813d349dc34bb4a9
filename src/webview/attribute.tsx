/**
 * Attribute: what is shown of a file beside its text: a new name, a mode, a link, and where the person has moved it.
 *
 * Always: both names stand there whole; a file that the person renamed is followed only by the press of a button.
 */
import { useContext } from "preact/hooks";
import type { FileView } from "../protocol/view.ts";
import { DeskContext } from "./context.ts";
import { Icon, Path } from "./text.tsx";
import { spelled } from "./visible.ts";
import { t } from "./words.ts";

/** The file's path, with the one that the agent gave it. */
export function Paths({ file }: { file: FileView }) {
  if (file.newPath === undefined) return <Path path={file.path} />;
  return (
    <>
      <Path path={file.path} />
      <span aria-label={t("renamed to")}> → </span>
      <Path path={file.newPath} />
    </>
  );
}

/** What the heading of a hunk says in the place of where its lines are; null where they say so themselves. */
export function placeOfAttribute(change: FileView["change"]): string | null {
  if (change === "mode") return t("executable bit");
  if (change === "renamed") return t("new name");
  if (change === "link") return t("link target");
  if (change === "ends") return t("line ends");
  if (change === "mark") return t("byte order mark");
  return change === "encoding" ? t("encoding") : null;
}

/** Offers to go on under the name that the person gave the file. */
export function MovedTo({ file, frozen }: { file: FileView; frozen: boolean }) {
  const desk = useContext(DeskContext);
  if (file.movedTo === undefined) return null;
  return (
    <p class="padded">
      <Icon name="info" /> {t("You renamed this file.")}{" "}
      <button data-decides disabled={frozen} onClick={() => desk.applyThere(file.id)}>
        {t("Apply to {0}", spelled(file.movedTo))}
      </button>
    </p>
  );
}
