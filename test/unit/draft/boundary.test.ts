/** What a boundary needs: the person's changes since the copy, and writing into the draft unseen by the next look. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { attributeBody, type Draft } from "../../../src/protocol/index.ts";
import { bytes, commitAll, put, testPlace, told, tree } from "./place.ts";

describe("the person's changes", () => {
  const place = testPlace();
  const changes = async (draft: Draft, unsaved: Record<string, string> = {}): Promise<string[]> =>
    told(
      await draft.userChanges(Object.entries(unsaved).map(([path, text]) => ({ path, bytes: bytes(text) }))),
      place.bodies,
    );

  for (const kind of ["repository", "folder"] as const) {
    it(`are told once, from a ${kind}`, async () => {
      const folder = place[kind]({ "a.txt": "1", "b.txt": "b", "c.txt": "c", ".gitignore": "*.log\n" });
      const draft = await place.make(folder);
      assert.deepEqual(await changes(draft), []);
      put(folder, { "a.txt": "2", "new/n.txt": "n", "x.log": "x", "node_modules/p.js": "p" });
      rmSync(join(folder, "b.txt"));
      assert.deepEqual(await changes(draft), ["a.txt: 1 -> 2", "b.txt: b -> nothing", "new/n.txt: nothing -> n"]);
      assert.deepEqual(await changes(draft), []);
      put(folder, { "a.txt": "3" });
      assert.deepEqual(await changes(draft), ["a.txt: 2 -> 3"]);
    });
  }

  it("have the executable bit among them, also of a file that holds unsaved text", async () => {
    const folder = place.repository({ "a.sh": "a", "b.sh": "b" });
    chmodSync(join(folder, "b.sh"), 0o755);
    const draft = await place.make(folder, [{ path: "b.sh", bytes: bytes("typed") }]);
    assert.deepEqual(await changes(draft, { "b.sh": "typed" }), []);
    chmodSync(join(folder, "a.sh"), 0o755);
    assert.deepEqual(await changes(draft, { "b.sh": "typed" }), ["a.sh: \0mode plain -> \0mode executable"]);
    assert.deepEqual(await changes(draft), ["b.sh: typed -> b"]);
  });

  it("follow an editor's unsaved text, and the disk when it is let go", async () => {
    const folder = place.repository({ "a.txt": "disk", "b.txt": "b", ".gitignore": "*.log\n" });
    const draft = await place.make(folder, [{ path: "a.txt", bytes: bytes("typed") }]);
    assert.deepEqual(await changes(draft, { "a.txt": "typed" }), []);
    assert.deepEqual(await changes(draft, { "a.txt": "typed on", "only.txt": "o", "x.log": "x" }), [
      "a.txt: typed -> typed on",
      "only.txt: nothing -> o",
    ]);
    assert.deepEqual(await changes(draft), ["a.txt: typed on -> disk", "only.txt: o -> nothing"]);
  });

  it("tell the disk's text when unsaved text was let go before the first question", async () => {
    const draft = await place.make(place.repository({ "a.txt": "disk" }), [{ path: "a.txt", bytes: bytes("typed") }]);
    assert.deepEqual(await changes(draft), ["a.txt: typed -> disk"]);
  });

  it("are none for a commit, a touched file, or a file that came to be ignored", async () => {
    const folder = place.repository({ "a.txt": "a", "b.txt": "b" });
    put(folder, { "u.txt": "u" });
    const draft = await place.make(folder);
    put(folder, { "a.txt": "a" });
    commitAll(folder);
    assert.deepEqual(await changes(draft), []);
    put(folder, { ".gitignore": "*.txt\n" });
    assert.deepEqual(await changes(draft), [".gitignore: nothing -> *.txt\n"]);
  });

  it("never lead through a link", async () => {
    const folder = place.repository({ "sub/a.txt": "a", "b.txt": "b" });
    const draft = await place.make(folder);
    const elsewhere = place.folder({ "a.txt": "not theirs", "more.txt": "m" });
    rmSync(join(folder, "sub"), { recursive: true });
    rmSync(join(folder, "b.txt"));
    symlinkSync(elsewhere, join(folder, "sub"));
    symlinkSync(join(elsewhere, "a.txt"), join(folder, "b.txt"));
    assert.deepEqual(await changes(draft), [
      "b.txt: b -> nothing",
      "sub/a.txt: a -> nothing",
      `b.txt: nothing -> \0link ${elsewhere}/a.txt`,
      `sub: nothing -> \0link ${elsewhere}`,
    ]);
  });
});

describe("writing into a draft", () => {
  const place = testPlace();
  const content = (text: string): Promise<string> => place.bodies.put(bytes(text));

  it("writes, creates and deletes, and the next look is silent about it", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1", "gone/g.txt": "g", "run.sh": "r", "same.txt": "s" }));
    chmodSync(join(draft.root, "run.sh"), 0o755);
    await draft.look();
    const written = await draft.write([
      { path: "a.txt", before: await content("1"), after: await content("2") },
      { path: "x/y/new.txt", before: null, after: await content("n") },
      { path: "gone/g.txt", before: await content("g"), after: null },
      { path: "run.sh", before: await content("r"), after: await content("r2") },
      { path: "same.txt", before: await content("s"), after: await content("s") },
      { path: "never.txt", before: null, after: null },
    ]);
    assert.deepEqual(
      written.map(({ kind }) => kind),
      ["written", "written", "written", "written", "written", "written"],
    );
    assert.deepEqual(tree(draft.root), { "a.txt": "2", "run.sh": "r2", "same.txt": "s", "x/y/new.txt": "n" });
    assert.equal(lstatSync(join(draft.root, "run.sh")).mode & 0o777, 0o755);
    assert.ok(!existsSync(join(draft.root, "gone")));
    assert.deepEqual(await draft.look(), { changes: [], unshown: [] });
    put(draft.root, { "a.txt": "3" });
    assert.deepEqual(told((await draft.look()).changes, place.bodies), ["a.txt: 2 -> 3"]);
  });

  it("sets the executable bit and gives files another path, unseen by the next look", async () => {
    const draft = await place.make(place.folder({ "a.sh": "a", "sub/old.txt": "o", "b.txt": "b" }));
    const mode = (executable: boolean) => place.bodies.put(attributeBody({ kind: "mode", executable }));
    const [plain, executable] = [await mode(false), await mode(true)];
    const written = await draft.write([
      { path: "deep/new.txt", from: "sub/old.txt", before: await content("o"), after: await content("n") },
      { path: "a.sh", attribute: "mode", before: plain, after: executable },
      { path: "b.txt", attribute: "mode", before: executable, after: plain },
      { path: "none.sh", attribute: "mode", before: plain, after: executable },
    ]);
    assert.deepEqual(written, [
      { kind: "written", path: "deep/new.txt" },
      { kind: "written", path: "a.sh" },
      { kind: "moved", path: "b.txt", now: plain },
      { kind: "moved", path: "none.sh", now: plain },
    ]);
    assert.deepEqual(tree(draft.root), { "a.sh": "a", "b.txt": "b", "deep/new.txt": "n" });
    assert.ok(!existsSync(join(draft.root, "sub")));
    assert.equal(lstatSync(join(draft.root, "a.sh")).mode & 0o777, 0o755);
    assert.deepEqual(await draft.look(), { changes: [], unshown: [] });
    chmodSync(join(draft.root, "a.sh"), 0o644);
    assert.deepEqual(told((await draft.look()).changes, place.bodies), ["a.sh: \0mode executable -> \0mode plain"]);
  });

  it("moves nothing over another file, or what is not as it was seen", async () => {
    const draft = await place.make(place.folder({ "a.txt": "a", "b.txt": "b" }));
    const written = await draft.write([
      { path: "b.txt", from: "a.txt", before: await content("a"), after: await content("a") },
      { path: "c.txt", from: "a.txt", before: await content("x"), after: await content("x") },
    ]);
    assert.deepEqual(
      written.map(({ kind }) => kind),
      ["moved", "moved"],
    );
    assert.deepEqual(tree(draft.root), { "a.txt": "a", "b.txt": "b" });
  });

  it("writes nothing where the file is not what was expected, and the look then tells it", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1", "b.txt": "b" }));
    put(draft.root, { "a.txt": "agent" });
    const written = await draft.write([
      { path: "a.txt", before: await content("1"), after: await content("mine") },
      { path: "b.txt", before: null, after: await content("mine") },
      { path: "none.txt", before: await content("1"), after: null },
    ]);
    assert.deepEqual(written, [
      { kind: "moved", path: "a.txt", now: await content("agent") },
      { kind: "moved", path: "b.txt", now: await content("b") },
      { kind: "moved", path: "none.txt", now: null },
    ]);
    assert.deepEqual(tree(draft.root), { "a.txt": "agent", "b.txt": "b" });
    assert.deepEqual(told((await draft.look()).changes, place.bodies), ["a.txt: 1 -> agent"]);
  });

  it("never writes through a link an agent planted", async () => {
    const outside = place.folder({ "target.txt": "untouched", "in/x.txt": "untouched" });
    const draft = await place.make(place.folder({ "a.txt": "1", "sub/b.txt": "2" }));
    rmSync(join(draft.root, "a.txt"));
    rmSync(join(draft.root, "sub"), { recursive: true });
    symlinkSync(join(outside, "target.txt"), join(draft.root, "a.txt"));
    symlinkSync(join(outside, "in"), join(draft.root, "sub"));
    const written = await draft.write([
      { path: "a.txt", before: await content("untouched"), after: await content("mine") },
      { path: "sub/x.txt", before: await content("untouched"), after: await content("mine") },
      { path: "sub/new.txt", before: null, after: await content("mine") },
      { path: "a.txt", before: null, after: await content("mine") },
    ]);
    assert.deepEqual(
      written.map(({ kind }) => kind),
      ["moved", "moved", "moved", "written"],
    );
    assert.deepEqual(tree(outside), { "in/x.txt": "untouched", "target.txt": "untouched" });
    assert.ok(lstatSync(join(draft.root, "a.txt")).isFile());
  });

  it("leaves a folder that stands in the way, and no temporary file", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1" }));
    mkdirSync(join(draft.root, "folder/inside"), { recursive: true });
    const written = await draft.write([
      { path: "folder", before: null, after: await content("x") },
      { path: "a.txt/below", before: null, after: await content("x") },
    ]);
    assert.deepEqual(
      written.map(({ kind }) => kind),
      ["moved", "moved"],
    );
    assert.deepEqual(readdirSync(draft.root).sort(), ["a.txt", "folder"]);
  });

  for (const path of ["../out.txt", "/etc/x", ".git/config", "sub/.GIT/hooks/x", "a\0b", ""]) {
    it(`refuses the path ${JSON.stringify(path)} as a defect of the caller`, async () => {
      const draft = await place.make(place.folder({ "a.txt": "1" }));
      await assert.rejects(draft.write([{ path, before: null, after: await content("x") }]));
      assert.deepEqual(tree(draft.root), { "a.txt": "1" });
    });
  }
});
