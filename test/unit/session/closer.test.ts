/** Closer: what is told of hunks that are in sight: words, what goes together, where lines moved. */
import assert from "node:assert/strict";
import type { CloserView, HostMessage, PairView } from "../../../src/protocol/index.ts";
import { scene, type Scene } from "./scene.ts";

const block = Array.from({ length: 4 }, (_, at) => `  const amount${at} = total(orders[${at}]);\n`).join("");
const filler = Array.from({ length: 12 }, (_, at) => `line ${at}\n`).join("");

/** Asks for all pending hunks of a session and waits for the answer. */
async function closerOf(stage: Scene): Promise<CloserView[]> {
  const pending = await stage.pending();
  const answered = new Promise<HostMessage & { kind: "closer" }>((done) => {
    const end = stage.session.listen((message) => {
      if (message.kind !== "closer") return;
      end();
      done(message);
    });
  });
  for (const { file, revision, hunks } of pending) stage.session.closer({ file, revision, hunks: [...hunks] });
  return [...(await answered).hunks];
}

async function pairsOf(before: string, after: string): Promise<readonly PairView[]> {
  const stage = await scene({ "a.txt": before });
  await stage.turn([(draft) => draft.write("a.txt", after)]);
  return (await closerOf(stage))[0]!.pairs;
}

describe("a hunk in sight", () => {
  it("tells its lines in pairs, by the numbers shown, with the words that changed as they are read", async () => {
    assert.deepEqual(await pairsOf("one\nthe größe is é\nend\n", "one\nthe größe is ü now\nend\n"), [
      { old: 2, new: 2, oldWords: [[13, 14]], newWords: [[13, 18]] },
    ]);
    assert.deepEqual(await pairsOf("a\nb\n", "a\nc\nd\nb\n"), [{ new: 2 }, { new: 3 }]);
  });

  it("tells what has to go along, and accepting that line takes just this", async () => {
    const [before, after] = ["a\nb\nlast", "a\nb\nfirst words\nmore words\n"];
    const pairs = await pairsOf(before, after);
    for (const [at, pair] of pairs.entries()) {
      const all = new Set([at]);
      for (const each of all) for (const other of pairs[each]!.along ?? []) all.add(other);
      const stage = await scene({ "a.txt": before });
      await stage.turn([(draft) => draft.write("a.txt", after)]);
      const [one] = await stage.pending();
      const lines = (side: "old" | "new", some: Iterable<number>) =>
        [...some].flatMap((each) => pairs[each]![side] ?? []);
      const item = { file: one!.file, revision: one!.revision, hunks: one!.hunks };
      await stage.session.acceptRows(item, { old: lines("old", [at]), new: lines("new", [at]) });
      const asked = stage.user.get("a.txt");
      const again = await scene({ "a.txt": before });
      await again.turn([(draft) => draft.write("a.txt", after)]);
      await again.session.acceptRows(item, { old: lines("old", all), new: lines("new", all) });
      assert.equal(again.user.get("a.txt"), asked, JSON.stringify(pair));
    }
  });

  it("says where its lines went, and where they came from", async () => {
    const stage = await scene({ "a.txt": `${block}${filler}` });
    await stage.turn([(draft) => draft.write("a.txt", `${filler}${block}`)]);
    const [from, to] = await closerOf(stage);
    assert.deepEqual(from!.moved, [{ way: "to", line: 13, lines: 4, hunk: to!.hunk }]);
    assert.deepEqual(to!.moved, [{ way: "from", line: 1, lines: 4, hunk: from!.hunk }]);
  });

  it("that is too long to be taken line by line is told as a whole", async () => {
    const long = Array.from({ length: 2_100 }, (_, at) => `added ${at}\n`).join("");
    assert.deepEqual(await pairsOf("a\nb\n", `a\n${long}b\n`), []);
  });
});
