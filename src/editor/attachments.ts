/**
 * Attachments: text that goes along with a task, because the person selected or chose it.
 *
 * Always: a file that is not text, or longer than the limit, is named and left out, never cut in silence.
 */
import { l10n, window, workspace } from "vscode";
import type { TextEditor, Uri, WorkspaceFolder } from "vscode";

export interface Attachment {
  name: string;
  text: string;
}

/** Longest attachment, in characters; the agent can read longer files by itself. */
const longest = 200_000;

/** The selection of the editor in front, where it is a file of the folder and something is selected. */
export function selectionOf(folder: WorkspaceFolder, editor: TextEditor | undefined): Attachment | null {
  if (!editor || editor.selection.isEmpty || workspace.getWorkspaceFolder(editor.document.uri) !== folder) return null;
  const { start, end } = editor.selection;
  const name = `${workspace.asRelativePath(editor.document.uri, false)}:${start.line + 1}-${end.line + 1}`;
  return { name, text: editor.document.getText(editor.selection) };
}

/** Asks for files of the folder. */
export async function chooseFiles(folder: WorkspaceFolder): Promise<Uri[]> {
  const chosen = await window.showOpenDialog({
    canSelectMany: true,
    defaultUri: folder.uri,
    openLabel: l10n.t("Add to Task"),
    title: l10n.t("Files that go along with the task"),
  });
  return chosen ?? [];
}

/** The texts of files, as the person sees them. `left` says which could not be added, and why. */
export async function attachmentsOf(files: readonly Uri[]): Promise<{ added: Attachment[]; left: string[] }> {
  const added: Attachment[] = [];
  const left: string[] = [];
  for (const file of files) {
    const name = workspace.asRelativePath(file, false);
    try {
      // A document also gives unsaved text, and refuses what is no text.
      const text = (await workspace.openTextDocument(file)).getText();
      if (text.length > longest) left.push(l10n.t("{0} is too long; the agent can read it in the folder", name));
      else added.push({ name, text });
    } catch {
      left.push(l10n.t("{0} cannot be read as text", name));
    }
  }
  return { added, left };
}
