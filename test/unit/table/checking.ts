/** Checks a table of faults or attacks: every row once, every test it names in the file it names, every guard quiet. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Row, TestName } from "../../table/row.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

export function checkTable(name: string, table: readonly { section: string; rows: readonly Row[] }[]): void {
  describe(name, () => {
    it("names every row once", () => {
      const ids = table.flatMap(({ rows }) => rows.map(({ id }) => id));
      assert.deepEqual(
        ids.filter((id, index) => ids.indexOf(id) !== index),
        [],
      );
    });

    for (const { section, rows } of table) {
      for (const row of rows) {
        if ("tests" in row) {
          it(`${section}, ${row.id}: ${row.name} has its tests`, () => {
            assert.ok(row.tests.length > 0, "a row names a test");
            assert.deepEqual(row.tests.flatMap(missing), []);
          });
        } else {
          it(`${section}, ${row.id}: ${row.name} cannot happen: ${row.unreachable}`, () => {
            assert.equal(row.guard(), null);
          });
        }
      }
    }
  });
}

/** The sentence for a test that is not where the table says; none when it is. */
function missing({ file, title }: TestName): string[] {
  const path = join(root, file);
  if (!existsSync(path)) return [`there is no ${file}`];
  const text = readFileSync(path, "utf8");
  // As a title stands in the source, with the quotes of its string escaped.
  return text.includes(title) || text.includes(title.replaceAll('"', '\\"')) ? [] : [`${file} has no “${title}”`];
}
