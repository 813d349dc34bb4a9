/**
 * What the editor's own messages say to the person, and what it says about the window, as a test wants it to be.
 *
 * The extension and its tests share one object of the editor's interface, so what is replaced here is replaced for both, until
 * it is put back.
 */
import { window, workspace, type WorkspaceFolder } from "vscode";

export interface Heard extends Disposable {
  /** Each message with the labels of its buttons, in order. */
  messages: { text: string; labels: string[] }[];
}

/** Hears every message instead of showing it; each is answered as if it had been closed. */
export function listenToMessages(): Heard {
  const messages: Heard["messages"] = [];
  const names = ["showErrorMessage", "showWarningMessage", "showInformationMessage"] as const;
  const before = names.map((name) => window[name]);
  const hear = (text: string, ...rest: unknown[]): Promise<undefined> => {
    messages.push({ text, labels: rest.filter((one) => typeof one === "string") });
    return Promise.resolve(undefined);
  };
  for (const name of names) Object.assign(window, { [name]: hear });
  return {
    messages,
    [Symbol.dispose]: () => names.forEach((name, index) => Object.assign(window, { [name]: before[index] })),
  };
}

/** Makes the editor say this about its window. */
export function windowThat(is: {
  isTrusted?: boolean;
  workspaceFolders?: readonly WorkspaceFolder[] | undefined;
}): Disposable {
  const names = Object.keys(is) as (keyof typeof is)[];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(workspace, name)!);
  for (const name of names) Object.defineProperty(workspace, name, { configurable: true, get: () => is[name] });
  return {
    [Symbol.dispose]: () => names.forEach((name, index) => Object.defineProperty(workspace, name, before[index]!)),
  };
}
