/** `dist/review.mjs` as another tool has it: built, with its types, and used as the README says. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { inside, reviewModule } from "../../../scripts/review-module.mjs";
import { typesOf } from "../../../scripts/review-types.ts";
import * as source from "../../../src/review/api.ts";

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
    await build({ entryPoints: [entry], outfile, bundle: true, minify: true, format: "esm", ...reviewModule });
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

  it("is at most 30,000 bytes", () => {
    const { size } = statSync(join(folder, "dist/review.mjs"));
    assert.ok(size <= 30_000, `${size} bytes`);
  });

  it("has none of the names in its types that are shortened", () => {
    const types = readFileSync(join(folder, "dist/review.d.mts"), "utf8");
    const named = inside.filter((name) => new RegExp(`^\\s*(readonly )?${name}\\??[:(]`, "m").test(types));
    assert.deepEqual(named, []);
  });

  it("gives what the source gives, function by function", async () => {
    const module = (await import(pathToFileURL(join(folder, "dist/review.mjs")).href)) as typeof source;
    assert.deepEqual(Object.keys(module).sort(), Object.keys(source).sort());
    const texts = ["", "a\nb\nc\n", "a\nB b\nc", "c\nx\na\nb\n", `${"line of text\n".repeat(30)}é\ud83d\ude00\r\nend`];
    for (const before of texts)
      for (const after of texts) assert.deepEqual(uses(module, before, after), uses(source, before, after));
  });

  /** All that the module does with two texts. */
  function uses(core: typeof source, before: string, after: string): unknown {
    const [old, now] = [core.linesOf(before), core.linesOf(after)];
    const hunks = core.hunksOf(before, after);
    const changes = core.diffLines(old, now);
    const stream = core.openStream(before);
    const steps = after.match(/[^]{1,7}/g)?.map((piece) => {
      stream.push(piece);
      return [[...stream.settled()], [...stream.tentative()], stream.resume()];
    });
    const rows = core.rowsOf(old, now);
    return {
      hunks,
      half: core.apply(
        before,
        hunks,
        hunks.filter((_, index) => index % 2 === 0).map(({ id }) => id),
      ),
      merged: core.merge(before, after, `${before}more\n`),
      changes,
      sliced: core.whole(core.diffSlices(old, now)),
      borders: core.shownBorders(changes, old, now),
      edited: core.editedChanges(changes, old, now, { from: 0, to: 0, lines: ["new\n"] }),
      moved: core.movedBlocks(changes, old, now),
      rows,
      chosen: core.withRows(rows, core.closed(rows, rows.length > 1 ? [0, 1] : [], old, now), old, now),
      words: core.wordsOf(before, after),
      steps,
      end: stream.end(),
    };
  }

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
