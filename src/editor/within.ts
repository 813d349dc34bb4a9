/**
 * Within: where a document of the editor's lies below a folder.
 *
 * Names only, nothing is looked at.
 */
import { relative, sep } from "node:path";
import type { Uri } from "vscode";

/** The path of a document below `root`, with `/`; null when it lies elsewhere or is no file. */
export function pathIn(root: string, uri: Uri): string | null {
  if (uri.scheme !== "file") return null;
  const path = relative(root, uri.fsPath);
  if (path === "" || (path.startsWith("..") && (path === ".." || path.startsWith(`..${sep}`)))) return null;
  // On Windows a path on another drive stays absolute.
  return /^[a-zA-Z]:/.test(path) && sep === "\\" ? null : path.split(sep).join("/");
}
