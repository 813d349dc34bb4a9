/**
 * The draft's worker on a disk with room for 4,000 bytes: Node's own write answers as a full disk does.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

type Write = (file: number, bytes: Uint8Array, offset: number, length: number) => number;

let room = 4_000;
const own = fs.writeSync as Write;
const write: Write = (file, bytes, offset, length) => {
  if (length > 0 && room <= 0) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const wrote = own(file, bytes, offset, Math.min(length, room));
  room -= wrote;
  return wrote;
};
fs.writeSync = write as typeof fs.writeSync;
syncBuiltinESMExports();

await import("../../../src/draft/worker.ts");
