/**
 * A scripted model in a thread of its own, so that what it takes is not counted as the session's.
 *
 * It is given key, folder and scenario, tells its port, and tells what it saw of beginnings whenever it is asked.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { BeginningsReport } from "../../../src/demo/beginnings.ts";
import { startServer } from "../../../src/demo/server.ts";

export interface ScriptedModel extends AsyncDisposable {
  port: number;
  beginnings(): Promise<BeginningsReport>;
}

interface Script {
  token: string;
  scenariosDir: string;
  scenario: string;
}

/** Starts the thread; rejects where the scenario is wrong. */
export async function openScriptedModel(script: Script): Promise<ScriptedModel> {
  const thread = new Worker(new URL(import.meta.url), { workerData: script });
  const next = async <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      thread.once("message", resolve).once("error", reject);
    });
  const { port } = await next<{ port: number }>();
  return {
    port,
    beginnings: async () => {
      const answer = next<BeginningsReport>();
      thread.postMessage("beginnings");
      return answer;
    },
    [Symbol.asyncDispose]: async () => void (await thread.terminate()),
  };
}

if (!isMainThread && parentPort !== null) {
  const server = await startServer({ ...(workerData as Script), record: false });
  parentPort.on("message", () => parentPort!.postMessage(server.beginnings()));
  parentPort.postMessage({ port: server.port });
}
