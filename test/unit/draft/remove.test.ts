/** Removing drafts, and what is said of a folder before one is made. */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commitAll, git, put, testPlace, tree, until } from "./place.ts";

describe("a draft that is removed", () => {
  const place = testPlace();
  const trashIsEmpty = (): boolean => readdirSync(join(place.storage, "trash")).length === 0;

  it("is gone at once, with its base, and soon from the trash", async () => {
    const folder = place.folder({ "a.txt": "a", "sub/b.txt": "b" });
    const draft = await place.make(folder);
    await place.drafts.remove(draft.id);
    assert.deepEqual([readdirSync(join(place.storage, "drafts")), readdirSync(join(place.storage, "bases"))], [[], []]);
    assert.equal(await place.drafts.open(draft.id, folder, place.bodies), null);
    await until(trashIsEmpty);
  });

  it("takes nothing with it that its links lead to", async () => {
    const outside = place.folder({ "kept.txt": "kept", "deep/er.txt": "kept" });
    const draft = await place.make(place.folder({ "a.txt": "a" }));
    symlinkSync(outside, join(draft.root, "folder"));
    symlinkSync(join(outside, "kept.txt"), join(draft.root, "file"));
    symlinkSync("/", join(draft.root, "top"));
    await place.drafts.remove(draft.id);
    await until(trashIsEmpty);
    assert.deepEqual(tree(outside), { "deep/er.txt": "kept", "kept.txt": "kept" });
  });

  it("goes although an agent took the permissions away, or gave names that are not UTF-8", async () => {
    const draft = await place.make(place.folder({ "sub/a.txt": "a" }));
    writeFileSync(Buffer.concat([Buffer.from(`${draft.root}/bad`), Buffer.from([0xff])]), "x");
    chmodSync(join(draft.root, "sub"), 0);
    await place.drafts.remove(draft.id);
    await until(trashIsEmpty);
  });

  it("needs our mark: anything else stays", async () => {
    const mine = join(place.storage, "drafts", "0123456789abcdef0123");
    mkdirSync(mine, { recursive: true });
    put(mine, { "a.txt": "not a draft" });
    for (const id of ["0123456789abcdef0123", "../drafts/0123456789abcdef0123", ".", ""]) await place.drafts.remove(id);
    assert.deepEqual(tree(mine), { "a.txt": "not a draft" });
    rmSync(mine, { recursive: true });
  });

  it("is cleared away when a window ended while it was made, a day later", async () => {
    const folder = place.folder({ "a.txt": "a" });
    const made = [await place.make(folder), await place.make(folder), await place.make(folder)];
    const [whole, fresh, old] = made.map(({ id }) => id) as [string, string, string];
    for (const id of [fresh, old]) rmSync(join(place.storage, "bases", `${id}.json`));
    for (const id of [whole, old])
      utimesSync(join(place.storage, "drafts", `${id}.mark`), 1_500_000_000, 1_500_000_000);
    await place.drafts.open(whole, folder, place.bodies);
    assert.deepEqual(
      made.map(({ root }) => existsSync(root)),
      [true, true, false],
    );
  });

  it("may be removed while another one lives", async () => {
    const [one, two] = [
      await place.make(place.folder({ "a.txt": "1" })),
      await place.make(place.folder({ "a.txt": "2" })),
    ];
    await place.drafts.remove(one.id);
    put(two.root, { "a.txt": "3" });
    assert.equal((await two.look()).changes.length, 1);
    assert.ok(existsSync(two.root));
    await assert.rejects(one.look(), { name: "DraftError" });
  });
});

describe("what is said of a folder before it is copied", () => {
  const place = testPlace();

  it("counts what would be copied", async () => {
    const folder = place.repository({ "a.txt": "12345", "sub/b.txt": "678", ".gitignore": "*.log\n" });
    put(folder, { "x.log": "ignored", "new.txt": "9" });
    rmSync(join(folder, "sub/b.txt"));
    symlinkSync("a.txt", join(folder, "link"));
    const root = git(folder, "rev-list", "--max-parents=0", "HEAD").trim();
    put(folder, { "more.txt": "0" });
    commitAll(folder);
    assert.deepEqual(await place.drafts.survey(folder), {
      files: 4,
      bytes: 5 + 6 + 1 + 1,
      repository: true,
      rootCommit: root,
      notes: [],
    });
  });

  const notes: [what: string, folder: () => string, repository: boolean, note: RegExp][] = [
    ["a plain folder", () => place.folder({ "a.txt": "a" }), false, /not in a git repository/],
    ["a repository without a commit", () => withoutCommit(), true, /no commit yet/],
    [
      "a folder of a larger repository",
      () => join(place.repository({ "a/b/c.txt": "c" }), "a/b"),
      true,
      /"a\/b" of a larger repository/,
    ],
    ["a damaged repository", () => damaged(), false, /not in a git repository|Git did not answer/],
  ];
  for (const [what, folder, repository, note] of notes) {
    it(`names ${what}`, async () => {
      const survey = await place.drafts.survey(folder());
      assert.deepEqual([survey.files, survey.repository], [1, repository]);
      assert.match(survey.notes.join(" "), note);
    });
  }

  it("ends when it is aborted", async () => {
    const stop = new AbortController();
    const surveying = place.drafts.survey(place.repository({ "a.txt": "a" }), stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(surveying, /stopped/);
  });

  function withoutCommit(): string {
    const folder = place.folder({ "a.txt": "a" });
    git(folder, "init", "-q");
    return folder;
  }

  function damaged(): string {
    const folder = place.repository({ "a.txt": "a" });
    put(folder, { ".git/HEAD": "nonsense" });
    return folder;
  }
});
