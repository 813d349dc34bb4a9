/**
 * A page that is not there: what the host shows to it, and what it sends, in the hands of a test.
 */
import { EventEmitter, window, type Uri, type WebviewPanel } from "vscode";
import type { HostMessage } from "../../src/protocol/index.ts";

export interface PageInHand extends Disposable {
  token(): string;
  send(message: unknown): void;
  /** Everything that the host has posted to it. */
  posted: HostMessage[];
  close(): void;
}

/** Until it is disposed of, a panel that is made is this one. */
export function pageInOurHands(): PageInHand {
  const before = window.createWebviewPanel;
  const posted: HostMessage[] = [];
  let html = "";
  const received = new EventEmitter<unknown>();
  let disposed = new EventEmitter<void>();
  const make = (): WebviewPanel => {
    disposed = new EventEmitter<void>();
    return {
      webview: {
        options: {},
        cspSource: "'self'",
        set html(text: string) {
          html = text;
        },
        onDidReceiveMessage: received.event,
        postMessage: (messages: HostMessage[]) => {
          posted.push(...messages);
          return Promise.resolve(true);
        },
        asWebviewUri: (uri: Uri) => uri,
      },
      onDidDispose: disposed.event,
      reveal: () => undefined,
      dispose: () => disposed.fire(),
    } as unknown as WebviewPanel;
  };
  Object.assign(window, { createWebviewPanel: make });
  return {
    token: () => /name="countersign-token" content="([^"]+)"/.exec(html)?.[1] ?? "",
    send: (message) => received.fire(message),
    posted,
    close: () => disposed.fire(),
    [Symbol.dispose]: () => void Object.assign(window, { createWebviewPanel: before }),
  };
}
