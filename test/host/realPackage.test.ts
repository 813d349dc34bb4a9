/**
 * The main job on a real published package, and what an independent applier makes of the same decisions.
 *
 * A scripted model makes 30 edits over 10 files, creates one and deletes one, through the extension's own engine, draft, log and
 * files. A seeded choice of them is accepted, the others are rejected: first one by one, then in bulk. What the folder
 * holds then is compared, byte by byte, with what git makes of the hunks that git itself cuts.
 */
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workspace } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { DecisionItem, FileView, HunkView } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { applyByGit, cutByGit, type GitFile } from "./applier.ts";
import { bytesIn, everythingIn, sameBytes } from "./bytes.ts";
import { editsOf, seeded, type Edit } from "./edits.ts";
import { extensionUnderTest, filesOf, itemOf } from "./extension.ts";
import {
  begun,
  calls,
  connect,
  folderAt,
  makeRepository,
  reopened,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Step,
} from "./stage.ts";

const [editedFiles, editsPerFile] = [10, 3];
const created = {
  path: "src/checked/limits.js",
  text: "// Limits of what is checked.\nexport const most = 100;\nexport const least = 1;\n",
};
const deleted = "src/wrap.js";

for (const { kind, seed } of [
  { kind: "a repository", seed: 20_260_101 },
  { kind: "a plain folder", seed: 20_260_102 },
]) {
  describe(`the main job on a real published package, as ${kind} (seed ${seed})`, function () {
    this.timeout(180_000);
    const random = seeded(seed);
    let place = "";
    let root = "";
    let parts: ForTests;
    let session: Supervised;
    let pristine: Map<string, Buffer>;
    let untouched: Record<string, string>;
    let cut: GitFile[];
    const accepted = new Set<string>();
    const states: Map<string, Buffer>[] = [];

    before(async function () {
      const fixture = process.env["COUNTERSIGN_REAL_PACKAGE"];
      assert.ok(fixture, "COUNTERSIGN_REAL_PACKAGE names the package's folder, or says that it is missing");
      // The lane has said why.
      if (fixture === "missing") return this.skip();
      place = temporary("real");
      root = join(place, "package");
      cpSync(fixture, root, { recursive: true });
      pristine = bytesIn(root);
      if (kind === "a repository") makeRepository(root);
      untouched = everythingIn(root);

      const script = scriptFor(pristine, random);
      cpSync(fixture, join(place, "before"), { recursive: true });
      cpSync(fixture, join(place, "after"), { recursive: true });
      writeFiles(join(place, "after"), { ...Object.fromEntries(script.after), [created.path]: created.text });
      rmSync(join(place, "after", deleted));
      cut = cutByGit(place);

      parts = await extensionUnderTest();
      const model = await scriptedModel([script.steps, [{ blocks: [says("There is nothing more to do.")] }]]);
      await connect(parts, model.endpoint, rightKey);
      try {
        session = await begun(parts, folderAt(root), "Add checks to the ten largest files.");
      } finally {
        await connect(parts);
        await model.close();
      }
    });
    after(async () => {
      await parts?.current.close();
      if (place !== "") rmSync(place, { recursive: true });
    });

    it("has at least 10,000 lines, of which the model edits 10 files in 30 places", () => {
      const lines = [...pristine]
        .filter(([path]) => path.endsWith(".js"))
        .reduce((sum, [, bytes]) => sum + bytes.toString().split("\n").length - 1, 0);
      assert.ok(lines >= 10_000, `${lines} lines`);
      assert.equal(session.head().notice, null);
      assert.deepEqual(tally(cut), {
        changed: [editedFiles, editedFiles * editsPerFile],
        created: [1, 1],
        deleted: [1, 1],
      });
    });

    it("is shown as git cuts it: the same places of the same files, with as many lines removed and added", async () => {
      const shown = (await filesOf(session)).map((file) => ({
        path: file.path,
        change: file.change,
        places: placesIn(file).map(sizeOf),
      }));
      const expected = cut.map(({ path, change, hunks }) => ({
        path,
        change,
        places: hunks.map((hunk) => sizeOf([hunk])),
      }));
      assert.deepEqual(shown.sort(byPath), expected.sort(byPath));
    });

    it("has not changed a byte of the folder before an accept", () => {
      assert.deepEqual(everythingIn(root), untouched);
    });

    it("holds what git makes of the accepted hunks, one by one", async () => {
      for (const { file, place, hunks, verdict } of (await choices()).slice(0, 14)) {
        for (const hunk of hunks) {
          assert.deepEqual(await session[verdict]([itemOf(file, hunk)]), { kind: "done" });
          states.push(bytesIn(root));
        }
        if (verdict === "accept") accepted.add(`${file.path} ${place}`);
      }
      sameBytes(bytesIn(root), madeByGit(), "after decisions one by one");
    });

    it("holds what git makes of the accepted hunks, in bulk", async () => {
      const rest = await choices();
      for (const verdict of ["reject", "accept"] as const) {
        const chosen = rest.filter((choice) => choice.verdict === verdict);
        assert.ok(chosen.length > 2, `${chosen.length} hunks to ${verdict}`);
        const items = new Map<string, DecisionItem>();
        for (const { file, place, hunks } of chosen) {
          const item = items.get(file.id) ?? { file: file.id, revision: file.revision, hunks: [] };
          items.set(file.id, { ...item, hunks: [...item.hunks, ...hunks.map((hunk) => hunk.id)] });
          if (verdict === "accept") accepted.add(`${file.path} ${place}`);
        }
        assert.deepEqual(await session[verdict]([...items.values()]), { kind: "done" });
        states.push(bytesIn(root));
      }
      assert.equal(session.head().counts.pending, 0);
      sameBytes(bytesIn(root), madeByGit(), "after decisions in bulk");
    });

    it("goes back to where it was, decision by decision, and forth again, after it was opened again", async () => {
      session = await reopened(parts, folderAt(root), session.id);
      for (let at = states.length - 1; at >= 0; at -= 1) {
        assert.deepEqual(await session.undo(), { kind: "done" });
        sameBytes(bytesIn(root), states[at - 1] ?? pristine, `after undoing decision ${at + 1}`);
      }
      sameBytes(bytesIn(root), pristine, "after undoing everything");
      for (const [at, state] of states.entries()) {
        assert.deepEqual(await session.redo(), { kind: "done" });
        sameBytes(bytesIn(root), state, `after redoing decision ${at + 1}`);
      }
      sameBytes(bytesIn(root), madeByGit(), "after redoing everything");
    });

    if (kind === "a repository") {
      it("promise 3: has a repository that nobody has written to", () => {
        assert.equal(workspace.getConfiguration("git").get("enabled"), false, "VS Code's own git is off in this host");
        const repository = (found: Record<string, string>) =>
          Object.entries(found).filter(([path]) => path.startsWith(".git/"));
        assert.ok(repository(untouched).length > 20);
        assert.deepEqual(repository(everythingIn(root)), repository(untouched));
      });
    }

    /** The hunks that wait, place by place in a seeded order, each place with what becomes of it. */
    async function choices(): Promise<
      { file: FileView; place: number; hunks: HunkView[]; verdict: "accept" | "reject" }[]
    > {
      const waiting = (await filesOf(session)).flatMap((file) =>
        placesIn(file).flatMap((hunks, place) => {
          const verdict = random() < 0.55 ? ("accept" as const) : ("reject" as const);
          return hunks.every((hunk) => hunk.state === "pending")
            ? [{ file, place, hunks, verdict, order: random() }]
            : [];
        }),
      );
      return waiting.sort((one, other) => one.order - other.order);
    }

    /** The folder as git makes it of the accepted hunks. */
    function madeByGit(): Map<string, Buffer> {
      const folder = join(place, "made");
      rmSync(folder, { recursive: true, force: true });
      cpSync(join(place, "before"), folder, { recursive: true });
      applyByGit(
        folder,
        cut.map((file) => ({ ...file, hunks: file.hunks.filter((_, place) => accepted.has(`${file.path} ${place}`)) })),
      );
      return bytesIn(folder);
    }
  });
}

/** What the model does: a look at each of the largest source files, then its edits, three calls to an answer. */
function scriptFor(
  tree: ReadonlyMap<string, Buffer>,
  random: () => number,
): { steps: Step[]; after: Map<string, string> } {
  const source = [...tree].filter(
    ([path, bytes]) => /\.js$/.test(path) && !/\.min\.|\r/.test(path) && !bytes.includes("\r"),
  );
  const largest = source.sort(([, one], [, other]) => linesIn(other) - linesIn(one)).slice(0, editedFiles);
  const after = new Map<string, string>();
  const edits: Edit[] = [];
  for (const [path, bytes] of largest) {
    const made = editsOf(path, bytes.toString(), editsPerFile, random);
    after.set(path, made.after);
    edits.push(...made.edits);
  }
  const steps: Step[] = [
    {
      blocks: [
        says("I will look first."),
        ...largest.map(([path]) => calls("read", { file_path: path, view_range: [1, 40] })),
      ],
    },
  ];
  for (let from = 0; from < edits.length; from += 3) {
    const three = edits.slice(from, from + 3);
    steps.push({
      blocks: three.map(({ path, old, now }) => calls("edit", { file_path: path, old_string: old, new_string: now })),
    });
  }
  steps.push({
    blocks: [
      calls("write", { file_path: created.path, content: created.text }),
      calls("delete", { file_path: deleted }),
    ],
  });
  steps.push({ blocks: [says("The checks are in.")] });
  return { steps, after };
}

/**
 * The hunks of a file, by the place of the edit they come from. The edits lie at least 16 lines apart; where a change can be
 * aligned in several ways of the same length, such as an insertion among blank lines, one edit may be cut into two hunks.
 */
function placesIn(file: FileView): HunkView[][] {
  const places: HunkView[][] = [];
  let end = -Infinity;
  for (const hunk of file.hunks) {
    const lines = hunk.rows.flatMap((row) => (row.old === undefined ? [] : [row.old]));
    if ((lines[0] ?? 1) - end > 4) places.push([]);
    places.at(-1)!.push(hunk);
    end = lines.at(-1) ?? 1;
  }
  return places;
}

/** Lines removed and added in one place. */
function sizeOf(hunks: readonly { removed: number; added: number }[]): [removed: number, added: number] {
  return [hunks.reduce((sum, hunk) => sum + hunk.removed, 0), hunks.reduce((sum, hunk) => sum + hunk.added, 0)];
}

function linesIn(bytes: Buffer): number {
  return bytes.toString().split("\n").length;
}

function tally(files: readonly GitFile[]): Record<string, [files: number, hunks: number]> {
  const sums: Record<string, [number, number]> = {};
  for (const { change, hunks } of files)
    sums[change] = [(sums[change]?.[0] ?? 0) + 1, (sums[change]?.[1] ?? 0) + hunks.length];
  return sums;
}

function byPath(one: { path: string }, other: { path: string }): number {
  return one.path < other.path ? -1 : 1;
}
