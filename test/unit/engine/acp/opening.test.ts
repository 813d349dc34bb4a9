/** Opening a file of a draft for an agent: no link leads out of it, wherever it was put after the path was judged. */
import assert from "node:assert/strict";
import { closeSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBelow } from "../../../../src/engine/acp/opening.ts";

describe("opening a file of a draft for an agent", () => {
  let root = "";
  const draft = (): string => join(root, "draft");
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-opening-")));
    for (const folder of ["draft/a/b", "outside/b"]) mkdirSync(join(root, folder), { recursive: true });
    for (const path of ["draft/a/b/x.txt", "outside/b/x.txt"]) writeFileSync(join(root, path), path);
    symlinkSync(join(root, "outside"), join(root, "draft/swapped"));
    symlinkSync(join(root, "outside/b/x.txt"), join(root, "draft/leaf"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("gives the file, and makes what is not there where it is asked to", () => {
    const file = openBelow(draft(), "a/b/x.txt", constants.O_RDONLY, false);
    assert.equal(readFileSync(file, "utf8"), "draft/a/b/x.txt");
    closeSync(file);
    closeSync(openBelow(draft(), "new/deep/y.txt", constants.O_RDWR | constants.O_CREAT, true));
    assert.ok(existsSync(join(draft(), "new/deep/y.txt")));
    assert.throws(() => openBelow(draft(), "gone/y.txt", constants.O_RDONLY, false), { code: "ENOENT" });
  });

  for (const path of ["swapped/b/x.txt", "swapped/b/new.txt", "swapped/new/deep.txt", "leaf"])
    it(`goes through no link: ${path}`, () => {
      for (const [flags, make] of [
        [constants.O_RDONLY, false],
        [constants.O_RDWR | constants.O_CREAT, true],
      ] as const)
        assert.throws(() => openBelow(draft(), path, flags, make), /ELOOP|ENOTDIR/);
      assert.ok(!existsSync(join(root, "outside/b/new.txt")) && !existsSync(join(root, "outside/new")));
    });
});
