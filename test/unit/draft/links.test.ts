/** Links of a draft: copied where they lead to what is copied, found, written and kept apart; never followed. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { attributeBody, linkLeads, type Draft, type DraftFile } from "../../../src/protocol/index.ts";
import { commitAll, git, put, testPlace, told, tree, type Place } from "./place.ts";

const value = (place: Place, target: string | null) =>
  target === null ? null : place.bodies.put(attributeBody({ kind: "link", target }));

async function write(
  place: Place,
  draft: Draft,
  ...links: [path: string, before: string | null, after: string | null][]
) {
  const files: DraftFile[] = [];
  for (const [path, before, after] of links)
    files.push({ path, attribute: "link", before: await value(place, before), after: await value(place, after) });
  return (await draft.write(files)).map((one) =>
    one.kind === "written" ? one.kind : `moved: ${one.now === null ? "nothing" : place.bodies.text(one.now)}`,
  );
}

function relink(root: string, path: string, target: string | Buffer | null): void {
  rmSync(join(root, path), { force: true });
  if (target !== null) symlinkSync(target, join(root, path));
}

describe("where a link leads", () => {
  for (const [path, target, leads] of [
    ["a", "b", "inside"],
    ["a", "./b/../c", "unclear"],
    ["a", "..", "outside"],
    ["d/a", "..", "inside"],
    ["d/a", "../..", "outside"],
    ["d/a", "../b/./c", "inside"],
    ["d/e/a", "../../../x", "outside"],
    ["d/a", "..\\..\\x", "outside"],
    ["a", "/x", "absolute"],
    ["a", "\\x", "absolute"],
    ["a", "c:x", "absolute"],
    ["a", "", "inside"],
  ] as const) {
    it(`from ${path} to ${JSON.stringify(target)}: ${leads}`, () => assert.equal(linkLeads(path, target), leads));
  }
});

describe("links in a draft", () => {
  const place = testPlace();

  /** A folder with links of every kind, and its draft. */
  async function made(): Promise<{ folder: string; draft: Draft }> {
    const folder = place.repository({ "a.txt": "a", "sub/b.txt": "b" });
    symlinkSync("a.txt", join(folder, "near"));
    symlinkSync("../a.txt", join(folder, "sub/up"));
    symlinkSync("/etc/passwd", join(folder, "far"));
    commitAll(folder);
    return { folder, draft: await place.make(folder) };
  }
  const looked = async (draft: Draft) => {
    const { changes, unshown } = await draft.look();
    return [...told(changes, place.bodies), ...unshown.map(({ path, why }) => `${path} unshown: ${why}`)];
  };
  const changed = async (draft: Draft) => told(await draft.userChanges([]), place.bodies);

  it("are those that lead to what is copied; others are known and not there", async () => {
    const { draft } = await made();
    assert.deepEqual(tree(draft.root), { "a.txt": "a", near: "-> a.txt", "sub/b.txt": "b", "sub/up": "-> ../a.txt" });
    assert.deepEqual([await looked(draft), await changed(draft)], [[], []]);
    assert.deepEqual(draft.left, [{ path: "far", why: "a symbolic link that leads out of the folder" }]);
  });

  const cases: [what: string, act: (root: string) => void, found: string[]][] = [
    ["a changed target", (root) => relink(root, "near", "sub"), ["near: \0link a.txt -> \0link sub"]],
    ["a removed link", (root) => relink(root, "near", null), ["near: \0link a.txt -> nothing"]],
    ["a new link", (root) => relink(root, "new", "/"), ["new: nothing -> \0link /"]],
    [
      "another link where one is not shown",
      (root) => relink(root, "far", "x"),
      ["far: \0link /etc/passwd -> \0link x"],
    ],
    [
      "a file in a link's place",
      (root) => (relink(root, "near", null), put(root, { near: "n" })),
      ["near: nothing -> n", "near: \0link a.txt -> nothing"],
    ],
    [
      "a folder of links that is gone",
      (root) => rmSync(join(root, "sub"), { recursive: true }),
      ["sub/b.txt: b -> nothing", "sub/up: \0link ../a.txt -> nothing"],
    ],
    [
      "a target that is not UTF-8",
      (root) => relink(root, "near", Buffer.from([0x61, 0xff])),
      ["near unshown: a symbolic link whose target is not UTF-8"],
    ],
    ["a link that tools make", (root) => relink(root, "node_modules", "x"), ["node_modules unshown: a symbolic link"]],
    ["the same target again", (root) => relink(root, "near", "a.txt"), []],
    ["odd characters", (root) => relink(root, "near", "a\u202e\n b"), ["near: \0link a.txt -> \0link a\u202e\n b"]],
  ];
  for (const [what, act, found] of cases) {
    it(`that changed are told once: ${what}`, async () => {
      const { draft } = await made();
      act(draft.root);
      assert.deepEqual(await looked(draft), found);
      assert.deepEqual(await looked(draft), []);
    });
  }

  it("of the person's that changed are told once, with their own side of it", async () => {
    const { folder, draft } = await made();
    relink(folder, "near", "sub");
    relink(folder, "far", null);
    relink(folder, "new", "/x");
    assert.deepEqual(await changed(draft), [
      "far: \0link /etc/passwd -> nothing",
      "near: \0link a.txt -> \0link sub",
      "new: nothing -> \0link /x",
    ]);
    assert.deepEqual([await changed(draft), await looked(draft)], [[], []]);
  });

  it("stay links where an editor that was opened by their name holds unsaved text", async () => {
    const { draft } = await made();
    const unsaved = [{ path: "near", bytes: Buffer.from("typed") }];
    assert.deepEqual(told(await draft.userChanges(unsaved), place.bodies), []);
  });

  it("are known again by a later window", async () => {
    const { folder, draft } = await made();
    await draft.close();
    const again = (await place.drafts.open(draft.id, folder, place.bodies))!;
    assert.deepEqual([await looked(again), await changed(again)], [[], []]);
    relink(again.root, "near", null);
    assert.deepEqual(await looked(again), ["near: \0link a.txt -> nothing"]);
  });

  it("of a draft from before links were copied are told as the agent's alone", async () => {
    const { folder, draft } = await made();
    await draft.close();
    for (const path of ["near", "sub/up"]) rmSync(join(draft.root, path));
    const manifest = join(place.storage, "bases", `${draft.id}.json`);
    const { links: _, ...old } = JSON.parse(readFileSync(manifest, "utf8")) as { links: unknown };
    writeFileSync(manifest, JSON.stringify(old));
    const again = (await place.drafts.open(draft.id, folder, place.bodies))!;
    assert.deepEqual([await looked(again), await changed(again)], [[], []]);
    relink(again.root, "new", "a.txt");
    assert.deepEqual(await looked(again), ["new: nothing -> \0link a.txt"]);
  });

  it("are written only where they are as expected, and the next look is silent", async () => {
    const { draft } = await made();
    assert.deepEqual(
      await write(
        place,
        draft,
        ["near", "other", "sub"],
        ["near", "a.txt", "sub"],
        ["sub/up", "../a.txt", null],
        ["x/y/new", null, "../../a.txt"],
        ["far", "/etc/passwd", "/etc"],
        ["none", null, null],
      ),
      ["moved: \0link a.txt", "written", "written", "written", "written", "written"],
    );
    assert.deepEqual(tree(draft.root), { "a.txt": "a", near: "-> sub", "sub/b.txt": "b", "x/y/new": "-> ../../a.txt" });
    assert.deepEqual(await looked(draft), []);
    assert.deepEqual(await write(place, draft, ["far", "/etc", "a.txt"], ["near", "sub", "../x"]), [
      "written",
      "written",
    ]);
    assert.deepEqual([readlinkSync(join(draft.root, "far")), tree(draft.root)["near"]], ["a.txt", undefined]);
    assert.deepEqual(await looked(draft), []);
  });

  it("that the agent made stay as they are while nothing else is to stand there, wherever they lead", async () => {
    const { draft } = await made();
    relink(draft.root, "out", "/etc");
    await draft.look();
    assert.deepEqual(await write(place, draft, ["out", "/etc", "/etc"]), ["written"]);
    assert.equal(readlinkSync(join(draft.root, "out")), "/etc");
    assert.deepEqual(await write(place, draft, ["out", "/etc", null]), ["written"]);
    assert.equal(tree(draft.root)["out"], undefined);
  });

  it("take no other thing's place, and are made once it is gone", async () => {
    const { draft } = await made();
    relink(draft.root, "near", null);
    put(draft.root, { near: "file" });
    await draft.look();
    const file = await place.bodies.put(Buffer.from("file"));
    assert.deepEqual(await write(place, draft, ["near", null, "a.txt"]), ["written"]);
    assert.deepEqual([tree(draft.root)["near"], await looked(draft)], ["file", []]);
    await draft.write([{ path: "near", before: file, after: null }]);
    assert.deepEqual([tree(draft.root)["near"], await looked(draft)], ["-> a.txt", []]);
  });

  it("are never written or looked for through a link on the way", async () => {
    const { draft } = await made();
    const outside = place.folder({ "b.txt": "theirs" });
    symlinkSync("theirs", join(outside, "up"));
    rmSync(join(draft.root, "sub"), { recursive: true });
    symlinkSync(outside, join(draft.root, "sub"));
    const before = tree(outside);
    assert.deepEqual(
      await write(place, draft, ["sub/up", "theirs", null], ["sub/up", null, "mine"], ["sub/new", null, "mine"]),
      ["moved: nothing", "written", "written"],
    );
    assert.deepEqual(tree(outside), before);
  });

  it("are in the agent's own repository as git has them", async () => {
    const { draft } = await made();
    mkdirSync(join(draft.root, "later"));
    await draft.repository!([]);
    assert.equal(git(draft.root, "status", "--porcelain"), "");
    assert.match(git(draft.root, "ls-files", "-s", "near"), /^120000 /);
    assert.equal(git(draft.root, "show", "HEAD:near"), "a.txt");
    relink(draft.root, "near", "sub");
    assert.equal(git(draft.root, "status", "--porcelain"), " M near\n");
  });
});
