/** `dist/review.mjs` as another tool has it: built, with its types, and used as the README says. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { typesOf } from "../../../scripts/review-types.ts";

const root = join(import.meta.dirname, "../../..");
const [, example, printed] = /^## The review core by itself$[^]*?^```js\n([^]*?)^```\n\n```text\n([^]*?)^```$/m.exec(
  readFileSync(join(root, "README.md"), "utf8"),
)!;

describe("the review core as a module", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-module-"));
  before(async () => {
    mkdirSync(join(folder, "dist"));
    const entry = join(root, "src/review/api.ts");
    const outfile = join(folder, "dist/review.mjs");
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: "esm", platform: "neutral" });
    writeFileSync(join(folder, "dist/review.d.mts"), typesOf(entry));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const tsc = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text);
    const options = ["--strict", "--module", "nodenext", "--target", "es2023", "--lib", "es2024,dom", "--noEmit"];
    try {
      execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...options, file], {
        cwd: folder,
      });
      return "";
    } catch (problem) {
      return String((problem as { stdout: Buffer }).stdout);
    }
  };

  it("prints for the README's example what the README shows", () => {
    writeFileSync(join(folder, "example.mjs"), example!);
    assert.equal(execFileSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" }), printed);
  });

  it("has types that a tool in TypeScript compiles against", () => {
    const uses = [
      'import { closed, diffSlices, editedChanges, linesOf, movedBlocks, rowsOf, shownBorders, whole, withRows, wordsOf } from "./dist/review.mjs";',
      'import type { Change, Conflict, Edit, Hunk, Lines, Moved, Row, Slices, Stream, Words } from "./dist/review.mjs";',
      'const lines: Lines = linesOf("a\\nb\\n");',
      "const slices: Slices<Change[]> = diffSlices(lines, []);",
      "const changes: Change[] = whole(slices);",
      'const edit: Edit = { from: 0, to: 0, lines: ["c\\n"] };',
      "const moved: Moved[] = movedBlocks(shownBorders(editedChanges(changes, lines, [], edit), lines, edit.lines), lines, edit.lines);",
      "const rows: Row[] = rowsOf(lines, edit.lines);",
      "const kept: string[] = withRows(rows, closed(rows, [0], lines, edit.lines), lines, edit.lines);",
      'const words: Words = wordsOf("a b", "a c");',
      "export const all: [Conflict?, Hunk?, Stream?, ...unknown[]] = [undefined, undefined, undefined, moved, kept, words];",
    ];
    assert.equal(tsc("uses.mts", `${example}${uses.join("\n")}\n`), "");
  });

  it("has types that refuse what would fail", () => {
    assert.match(tsc("wrong.mts", 'import { hunksOf } from "./dist/review.mjs";\nhunksOf(["a"], "b");\n'), /TS2345/);
  });
});
