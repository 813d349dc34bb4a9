/** Reading in a draft in which an agent runs: what is opened lies where it is looked for, whatever was swapped meanwhile. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWhole } from "../../../src/draft/reading.ts";

describe("reading a file at exactly its path", () => {
  it("gives its bytes, and nothing of what a linked folder leads to", () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-reading-")));
    try {
      for (const name of ["tree/real", "outside"]) mkdirSync(join(root, name), { recursive: true });
      for (const path of ["tree/real/a.txt", "outside/a.txt"]) writeFileSync(join(root, path), path);
      symlinkSync(join(root, "outside"), join(root, "tree/swapped"));
      const read = readWhole(join(root, "tree/real/a.txt"), undefined, true);
      assert.equal(read.kind === "file" && Buffer.from(read.bytes).toString("utf8"), "tree/real/a.txt");
      assert.equal(readWhole(join(root, "tree/swapped/a.txt"), undefined, true).kind, "unreadable");
      assert.equal(readWhole(join(root, "tree/swapped/a.txt")).kind, "file");
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
