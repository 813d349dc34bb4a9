/**
 * What runs inside the extension host for `longHost.ts`. `COUNTERSIGN_LONG` says how, and where the figures go.
 */
import { writeFileSync } from "node:fs";
import { commands, extensions, workspace } from "vscode";
import { configuredConnection } from "../../../src/editor/connection.ts";
import { extensionUnderTest } from "../../host/extension.ts";
import { connect, reopened } from "../../host/stage.ts";
import { playLong } from "./longPlay.ts";
import { goal, key } from "./longScript.ts";

interface Order {
  endpoint: string;
  seed: number;
  turns: number;
  out: string;
}

export async function run(): Promise<void> {
  const { endpoint, seed, turns, out } = JSON.parse(process.env["COUNTERSIGN_LONG"] ?? "{}") as Order;
  const parts = await extensionUnderTest();
  // VS Code loads an extension of its own into this host once it sees a JSON file: that is not what is watched.
  await extensions.getExtension("vscode.json-language-features")?.activate();
  await connect(parts, endpoint, key);
  await commands.executeCommand("countersign.openReview");
  const folder = workspace.workspaceFolders![0]!;
  const configured = configuredConnection();
  if (configured.kind !== "connection") throw new Error(configured.text);
  const opened = await parts.current.start(folder, { goal, attachments: [], connection: configured.connection });
  if (opened.kind !== "opened") throw new Error(opened.text);
  const { session } = opened;
  const stage = {
    folder: folder.uri.fsPath,
    session,
    begun: true,
    reopened: () => reopened(parts, folder, session.id),
    // The host keeps what it sent to the window until that says that it has it.
    pause: 1_500,
  };
  const figures = await playLong(stage, { seed, turns });
  await parts.current.close();
  await connect(parts);
  writeFileSync(out, JSON.stringify(figures));
}
