/**
 * Output: all that a command of the agent's wrote, in an editor of its own that can only be read.
 *
 * The bytes come out of the log. Characters that nobody sees are spelled out, as the agent read them; what is no UTF-8 stands as a
 * replacement character.
 * Always: no file is opened, and nothing is kept once the editor is closed.
 */
import { Disposable, Uri, ViewColumn, l10n, window, workspace } from "vscode";
import { spelledOut } from "../protocol/characters.ts";
import type { Answer, Supervised } from "../session/index.ts";

const scheme = "countersign-output";

export interface Outputs extends Disposable {
  /** Shows what that body of the session holds. */
  show(session: Supervised, name: string): Promise<Answer>;
}

export function openOutputs(): Outputs {
  const texts = new Map<string, string>();
  const owned = Disposable.from(
    workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ query }) =>
        texts.get(query) ?? l10n.t("This was opened in an earlier window. Open it again from the review."),
    }),
    workspace.onDidCloseTextDocument(({ uri }) => {
      if (uri.scheme === scheme) texts.delete(uri.query);
    }),
  );
  return {
    async show(session, name) {
      const found = await session.output(name);
      if (found === null) return { kind: "moved on", text: l10n.t("That command is not part of this session.") };
      texts.set(name, spelledOut(new TextDecoder().decode(found.bytes)));
      const path = `/${titleOf(found.command)}`;
      const document = await workspace.openTextDocument(Uri.from({ scheme, path, query: name }));
      await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: true });
      return { kind: "done" };
    },
    dispose: () => void owned.dispose(),
  };
}

/** The command as a tab shows it: one line, nothing that a path would be cut at. */
function titleOf(command: string): string {
  const line = spelledOut(command)
    .replace(/[\s/\\]+/gu, " ")
    .trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || l10n.t("Output");
}
