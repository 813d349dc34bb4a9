/**
 * Attachments: text, images and documents that go along with a task, because the person selected, chose or pasted them.
 *
 * Always: what cannot go along, or is larger than the limit, is named and left out, never cut in silence. What a file is, its bytes say.
 */
import { l10n, window, workspace } from "vscode";
import type { TextEditor, Uri, WorkspaceFolder } from "vscode";
import { mediaIn, mediaProblem, mostBytes, mostBytesTogether, mostMedia, type Attachment } from "../protocol/index.ts";

/** Longest text, in characters; the agent can read longer files by itself. */
const longest = 200_000;
/** Files above this, in bytes, are not even read: no text, image or document of that size can go along. */
const mostRead = 24_000_000;
/** Kinds of images by their usual endings, for a better word than "no text". */
const otherImages = /\.(?:avif|bmp|heic|heif|ico|jxl|psd|tiff?)$/i;

/** What can go along, or why it cannot, as a part of a sentence. */
export type Checked = { kind: "attachment"; attachment: Attachment } | { kind: "left"; why: string };

/** The selection of the editor in front, where it is a file of the folder and something is selected. */
export function selectionOf(folder: WorkspaceFolder, editor: TextEditor | undefined): Attachment | null {
  if (!editor || editor.selection.isEmpty || workspace.getWorkspaceFolder(editor.document.uri) !== folder) return null;
  const { start, end } = editor.selection;
  const name = `${workspace.asRelativePath(editor.document.uri, false)}:${start.line + 1}-${end.line + 1}`;
  return { name, text: editor.document.getText(editor.selection) };
}

/** Asks for files, of the folder to begin with. */
export async function chooseFiles(folder: WorkspaceFolder): Promise<Uri[]> {
  const chosen = await window.showOpenDialog({
    canSelectMany: true,
    defaultUri: folder.uri,
    openLabel: l10n.t("Add to Task"),
    title: l10n.t("Texts, images and PDF documents that go along with the task"),
  });
  return chosen ?? [];
}

/** How a file is called where it goes along: by its path in the folder, elsewhere by its name alone. */
export function nameOf(file: Uri): string {
  return workspace.getWorkspaceFolder(file) ? workspace.asRelativePath(file, false) : file.path.replace(/^.*\//, "");
}

/** A file as it is now: an image or a document by its bytes, else a text as the person sees it. */
export async function attachmentOf(file: Uri): Promise<Checked> {
  const name = nameOf(file);
  try {
    const { size } = await workspace.fs.stat(file);
    const bytes = size > mostRead ? null : await workspace.fs.readFile(file);
    if (bytes !== null && mediaIn(bytes) !== null) return mediaOf(name, bytes);
    if (otherImages.test(name))
      return left(l10n.t("{0} is no image that can be sent: png, jpeg, gif and webp can", name));
    // A document also gives unsaved text, and refuses what is no text.
    const text = bytes === null ? "" : (await workspace.openTextDocument(file)).getText();
    if (bytes === null || text.length > longest)
      return left(l10n.t("{0} is too long; the agent can read it in the folder", name));
    return { kind: "attachment", attachment: { name, text } };
  } catch {
    return left(l10n.t("{0} cannot be read as text, nor is it an image or a PDF document", name));
  }
}

/** Bytes as an image or a document. */
export function mediaOf(name: string, bytes: Uint8Array): Checked {
  // The page does not send what is far beyond every limit.
  if (bytes.length === 0)
    return left(l10n.t("{0} is empty, or too large: the most is {1}", name, sizeText(mostBytes.image)));
  const media = mediaIn(bytes);
  if (media === null) return left(l10n.t("{0} is no image that can be sent: png, jpeg, gif and webp can", name));
  const most = media.type === "application/pdf" ? mostBytes.document : mostBytes.image;
  switch (mediaProblem(media, bytes.length)) {
    case "large":
      return left(l10n.t("{0} is too large: {1}, and the most is {2}", name, sizeText(bytes.length), sizeText(most)));
    case "wide":
      return left(
        l10n.t(
          "{0} has too many pixels: {1} × {2}, and the most of a side is 8,000",
          name,
          media.width ?? "?",
          media.height ?? "?",
        ),
      );
    case null:
      return { kind: "attachment", attachment: { name, type: media.type, bytes } };
  }
}

/** Bytes of an attachment that is no text; 0 for a text. */
export function mediaBytes(attachment: Attachment): number {
  return "text" in attachment ? 0 : attachment.bytes.length;
}

/** Why no more of such a size can go along beside these, as a part of a sentence; null: it can. */
export function tooMuch(name: string, bytes: number, beside: readonly number[]): string | null {
  if (bytes === 0) return null;
  const media = beside.filter((each) => each > 0);
  if (media.length >= mostMedia) return l10n.t("{0} is one image too many: {1} can go along", name, mostMedia);
  const together = media.reduce((sum, each) => sum + each, bytes);
  return together > mostBytesTogether
    ? l10n.t("{0} is too much beside the other images: together they may have {1}", name, sizeText(mostBytesTogether))
    : null;
}

/** The files as attachments, beside those that there are. `left` says which could not be added, and why. */
export async function attachmentsOf(
  files: readonly Uri[],
  beside: readonly Attachment[] = [],
): Promise<{ added: Attachment[]; left: string[] }> {
  const added: Attachment[] = [];
  const left: string[] = [];
  for (const file of files) {
    const checked = await attachmentOf(file);
    if (checked.kind === "left") {
      left.push(checked.why);
      continue;
    }
    const { attachment } = checked;
    const why = tooMuch(attachment.name, mediaBytes(attachment), [...beside, ...added].map(mediaBytes));
    if (why === null) added.push(attachment);
    else left.push(why);
  }
  return { added, left };
}

function left(why: string): Checked {
  return { kind: "left", why };
}

/** Decimal units, one digit after the point below 10. */
export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
