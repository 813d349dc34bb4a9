/**
 * What a session holds in memory: its texts are bodies on the disk, and a few of them at hand.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Bodies } from "../../../src/protocol/index.ts";
import { userSideOf, type Sides, type Text } from "../../../src/review/index.ts";
import { keptSide, sideFrom } from "../../../src/session/kept-side.ts";
import { linesIn, openTexts } from "../../../src/session/texts.ts";
import { largeProposal } from "./large.ts";
import { idOf, scene } from "./scene.ts";

const encoder = new TextEncoder();
const heldMost = 100_000;

/** A store that counts how often its bytes are asked for. */
function countingStore(): { bodies: Bodies; gets: Map<string, number> } {
  const kept = new Map<string, Uint8Array>();
  const gets = new Map<string, number>();
  const bodies: Bodies = {
    put: async (bytes) => {
      const id = idOf(bytes);
      kept.set(id, bytes);
      return id;
    },
    get: async (id) => {
      gets.set(id, (gets.get(id) ?? 0) + 1);
      return kept.get(id)!;
    },
    has: (id) => kept.has(id),
  };
  return { bodies, gets };
}

describe("texts at hand", () => {
  const line = `${"x".repeat(99)}\n`;
  const contents = (count: number, lines: number) =>
    Array.from({ length: count }, (_, at) => encoder.encode(`${at}\n${line.repeat(lines)}`));

  it("are at most a tenth of a megabyte: of many texts, the ones used last are not read again, and the others are", async () => {
    const { bodies, gets } = countingStore();
    const texts = openTexts(bodies);
    const ids = await Promise.all(contents(50, 100).map((bytes) => bodies.put(bytes)));
    for (const id of ids) await texts.read([id]);
    gets.clear();
    for (const id of ids.toReversed()) await texts.read([id]);
    const notReadAgain = ids.filter((id) => !gets.has(id));
    assert.ok(notReadAgain.length > 4, "the latest are at hand");
    assert.ok(notReadAgain.length * 100 * line.length <= heldMost, `${notReadAgain.length} texts are at hand`);
    assert.deepEqual(notReadAgain, ids.slice(-notReadAgain.length));
  });

  it("hold the sides of one file, however large it is", async () => {
    const { bodies, gets } = countingStore();
    const texts = openTexts(bodies);
    const ids = await Promise.all(contents(4, 50_000).map((bytes) => bodies.put(bytes)));
    await texts.read(ids);
    gets.clear();
    await texts.read(ids);
    assert.equal(gets.size, 0);
    const [another] = await Promise.all(
      contents(5, 10)
        .slice(4)
        .map((bytes) => bodies.put(bytes)),
    );
    await texts.read([another!]);
    await texts.read([ids[0]!]);
    assert.deepEqual([...gets.keys()], [another, ids[0]], "the oldest of the large ones made room");
  });

  it("asked for twice at once are read once", async () => {
    const { bodies, gets } = countingStore();
    const texts = openTexts(bodies);
    const id = await bodies.put(encoder.encode("one\ntwo\n"));
    const [first, second] = await texts.read([id, id]);
    assert.equal(first, second);
    assert.equal(gets.get(id), 1);
  });

  it("whose body could not be read are asked for again", async () => {
    const { bodies } = countingStore();
    const id = await bodies.put(encoder.encode("one\n"));
    let broken = true;
    const get = async (asked: string) => {
      if (broken) throw new Error("the disk is gone");
      return bodies.get(asked);
    };
    const texts = openTexts({ ...bodies, get });
    await assert.rejects(texts.read([id]), /the disk is gone/);
    broken = false;
    assert.deepEqual(await texts.read([id]), [{ kind: "lines", lines: ["one\n"] }]);
  });
});

describe("the person's side, remembered without its texts,", () => {
  const lines = (text: string): Text => ({ kind: "lines", lines: linesIn(encoder.encode(text)) });
  const none: Text = { kind: "none" };
  const opaque: Text = { kind: "opaque", id: "0".repeat(64) };
  const sides: Sides = {
    reviewed: lines("a\nb\nc\nd\n"),
    proposed: lines("a\nB\nc\nd\ne\n"),
    hunks: [
      { id: "h1", from: 1, to: 2, newFrom: 1, newTo: 2 },
      { id: "h2", from: 4, to: 4, newFrom: 4, newTo: 5 },
    ],
  };
  const gone: Sides = {
    ...sides,
    reviewed: none,
    hunks: [{ id: "h1", from: 0, to: 0, newFrom: 0, newTo: 5, whole: "create" }],
  };
  const users: [what: string, sides: Sides, user: Text][] = [
    ["untouched", sides, sides.reviewed],
    ["typed in", sides, lines("a\nb\nmine\nc\nd")],
    ["emptied", sides, lines("")],
    ["deleted", sides, none],
    ["replaced by bytes", sides, opaque],
    ["made where there was none", gone, lines("mine\rtoo\r\n")],
    ["empty where there was none", gone, lines("")],
    ["not there, as before", gone, none],
  ];
  for (const [what, given, user] of users) {
    for (const accepted of [[], ["h1"]]) {
      it(`is the same again where their file is ${what}${accepted.length > 0 ? " and a hunk is accepted" : ""}`, () => {
        const side = userSideOf(given, new Map(accepted.map((hunk) => [hunk, "accepted"])), user);
        assert.deepEqual(sideFrom(given, keptSide(side)), side);
      });
    }
  }
});

describe("a session with a large proposal", function () {
  this.timeout(60_000);

  it("holds less than its text in memory", async () => {
    const alone = fileURLToPath(new URL("./heldAlone.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", alone]);
    const { held, text } = JSON.parse(stdout) as { held: number; text: number };
    assert.ok(held < text, `${(held / 1e6).toFixed(1)} MB on the heap for ${(text / 1e6).toFixed(1)} MB of text`);
  });

  it("shows and decides all of it", async () => {
    const { paths, textOf } = largeProposal(100);
    const stage = await scene(Object.fromEntries(paths.map((path, at) => [path, textOf(at, false)])));
    await stage.turn(paths.map((path, at) => (draft) => draft.write(path, textOf(at, true))));
    const { files } = await stage.view();
    assert.equal(files.length, paths.length);
    const items = files.map((file) => ({
      file: file.id,
      revision: file.revision,
      hunks: file.hunks.map((hunk) => hunk.id),
    }));
    assert.deepEqual(await stage.session.accept(items), { kind: "done" });
    for (const [at, path] of paths.entries()) assert.equal(stage.user.get(path), textOf(at, true));
  });
});
