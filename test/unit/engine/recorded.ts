/**
 * Recorded streams: the public recordings in the folder that STREAM_RECORDINGS names, by the form of their files.
 *
 * They are not part of the project; without the folder there are none.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { StreamEvent } from "./shapes.ts";

export interface Recording {
  name: string;
  status: number;
  /** The stream's bytes; empty where the answer was an error. */
  body: Buffer;
  error?: { type: string; message: string };
}

export function recordings(folder = process.env.STREAM_RECORDINGS ?? ""): Recording[] {
  if (folder === "") return [];
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => recordingsIn(folder, file));
}

/** The events of a recorded stream. */
export function eventsIn(body: Buffer): StreamEvent[] {
  return [...body.toString().matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? "") as StreamEvent);
}

/** The answers in one file, by the file's form. */
function recordingsIn(folder: string, file: string): Recording[] {
  const text = readFileSync(join(folder, file), "utf8");
  const stream = (body: string): Recording => ({ name: file, status: 200, body: Buffer.from(body) });
  if (file.endsWith(".sse") || file.startsWith("sdk-ts-incomplete")) return [stream(text)];
  if (file.endsWith(".chunks.txt")) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return [stream(lines.map(asEvent).join(""))];
  }
  if (file.endsWith(".har")) {
    const { log } = JSON.parse(text) as { log: { entries: { response: { content: { text: string } } }[] } };
    return log.entries.map(({ response }) => stream(response.content.text));
  }
  if (/\.ya?ml$/.test(file)) return [fromCassette(file, text)];
  return [];
}

function asEvent(line: string): string {
  return `event: ${(JSON.parse(line) as { type: string }).type}\ndata: ${line}\n\n`;
}

/** The first answer of a cassette: a stream as a block of indented lines, or an error as a quoted JSON text. */
function fromCassette(name: string, text: string): Recording {
  const response = text.slice(text.search(/^ {2}response:/m));
  const block = /string: \|\+?\n((?: {8}.*\n|\n)+)/.exec(response);
  if (block !== null) return { name, status: 200, body: Buffer.from((block[1] ?? "").replace(/^ {8}/gm, "")) };
  const quoted = /string: '((?:[^']|'')*)'/.exec(response)?.[1] ?? "";
  const { error } = JSON.parse(quoted.replaceAll("''", "'").replace(/\n +/g, " ")) as {
    error: { type: string; message: string };
  };
  const status = Number(/code: (\d+)/.exec(response)?.[1]);
  return { name, status, body: Buffer.alloc(0), error };
}
