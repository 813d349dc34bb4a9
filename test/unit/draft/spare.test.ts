/** Spares: a draft that is made over one is the draft that would have been made without. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { hasRoom } from "../../../src/draft/spares.ts";
import type { Draft } from "../../../src/protocol/index.ts";
import { bytes, commitAll, everything, put, testPlace, told } from "./place.ts";

interface Case {
  name: string;
  change: (folder: string, storage: string) => void;
  unsaved?: { path: string; bytes: Uint8Array }[];
  /** The spare is of no use, and a whole copy is made. */
  whole?: true;
}

const files = {
  ".gitignore": "*.log\n",
  "a.txt": "one",
  "b.txt": "one",
  "run.sh": "#!/bin/sh\n",
  "sub/deep/c.txt": "three",
  "sub/deep/.gitignore": "*.tmp\n",
  "sub/d.txt": "four",
};

const cases: Case[] = [
  { name: "nothing", change: () => undefined },
  { name: "a changed file", change: (folder) => put(folder, { "a.txt": "ONE" }) },
  {
    name: "a file changed within its size, with its old time",
    change: (folder) => {
      const { atime, mtime } = statSync(join(folder, "a.txt"));
      put(folder, { "a.txt": "ONE" });
      utimesSync(join(folder, "a.txt"), atime, mtime);
    },
  },
  { name: "a file written again with the same bytes", change: (folder) => put(folder, { "a.txt": "one" }) },
  { name: "new files, in new folders too", change: (folder) => put(folder, { "n.txt": "n", "x/y/z.txt": "z" }) },
  { name: "a deleted file", change: (folder) => rmSync(join(folder, "a.txt")) },
  { name: "a deleted folder", change: (folder) => rmSync(join(folder, "sub/deep"), { recursive: true }) },
  { name: "a renamed folder", change: (folder) => renameSync(join(folder, "sub"), join(folder, "new")) },
  { name: "another mode", change: (folder) => chmodSync(join(folder, "run.sh"), 0o644) },
  { name: "a link that leads elsewhere", change: (folder) => relink(folder, "link", "b.txt") },
  { name: "a link that leads outside", change: (folder) => relink(folder, "link", "/etc/passwd") },
  { name: "a deleted link", change: (folder) => rmSync(join(folder, "link")) },
  { name: "a link in a file's place", change: (folder) => relink(folder, "a.txt", "b.txt") },
  {
    name: "a file in a link's place",
    change: (folder) => (rmSync(join(folder, "link")), put(folder, { link: "text" })),
  },
  { name: "other ignore rules", change: (folder) => put(folder, { ".gitignore": "*.txt\n", "x.log": "x" }) },
  { name: "an ignored file", change: (folder) => put(folder, { "x.log": "x", "sub/deep/y.tmp": "y" }) },
  { name: "what was deleted and committed", change: (folder) => (rmSync(join(folder, "a.txt")), commitAll(folder)) },
  {
    name: "unsaved text",
    change: () => undefined,
    unsaved: [
      { path: "a.txt", bytes: bytes("typed") },
      { path: "sub/new.txt", bytes: bytes("typed") },
    ],
  },
  {
    name: "a folder in a file's place",
    change: (folder) => (rmSync(join(folder, "a.txt")), put(folder, { "a.txt/in.txt": "in" })),
  },
  {
    name: "a file in a folder's place",
    change: (folder) => (rmSync(join(folder, "sub"), { recursive: true }), put(folder, { sub: "file" })),
    whole: true,
  },
  {
    name: "a spare whose file somebody has removed",
    change: (folder, storage) => {
      put(folder, { "a.txt": "ONE" });
      rmSync(join(spareIn(storage), "a.txt"));
    },
    whole: true,
  },
  {
    name: "a spare whose bodies are cut",
    change: (_, storage) => truncateSync(basesIn(storage, ".bodies"), 3),
    whole: true,
  },
  {
    name: "a spare whose manifest is cut",
    change: (_, storage) => truncateSync(basesIn(storage, ".spare.json"), 30),
    whole: true,
  },
  {
    name: "a spare without its tree",
    change: (_, storage) => rmSync(spareIn(storage), { recursive: true }),
    whole: true,
  },
];

describe("a draft over a spare", () => {
  const folders: string[] = [];
  const places = cases.map(() => testPlace());
  const plain = testPlace();

  before(async function () {
    this.timeout(20_000);
    for (const place of places) {
      const folder = place.repository(files);
      chmodSync(join(folder, "run.sh"), 0o755);
      symlinkSync("a.txt", join(folder, "link"));
      folders.push(folder);
    }
    // What is younger than that is copied again in any case: its time stamp does not tell two states apart.
    const old = Date.now() + 2_100;
    while (Date.now() < old) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  for (const [index, { name, change, unsaved = [], whole }] of cases.entries()) {
    it(`is as without it: ${name}`, async () => {
      const [place, folder] = [places[index]!, folders[index]!];
      await place.drafts.prepare(folder);
      const [spare, kept] = [inode(spareIn(place.storage)), inode(join(spareIn(place.storage), "b.txt"))];
      change(folder, place.storage);
      const before = everything(folder);
      const draft = await place.make(folder, unsaved);
      const fresh = await plain.make(folder, unsaved);
      assert.equal(inode(draft.root) === spare, !whole, "made over the spare");
      if (!whole && existsSync(join(draft.root, "b.txt")))
        assert.equal(inode(join(draft.root, "b.txt")), kept, "what is as it was is not copied again");
      assert.deepEqual(await factsOf(draft, place), await factsOf(fresh, plain));
      assert.deepEqual(everything(folder), before);
      assert.deepEqual(
        readdirSync(join(place.storage, "bases")).sort(),
        [`${draft.id}.bodies`, `${draft.id}.json`].sort(),
      );
    });
  }

  /** All that a draft says of itself and of its base, by what it tells when each of its files is changed. */
  async function factsOf(draft: Draft, { bodies }: typeof plain): Promise<unknown> {
    const tree = everything(draft.root).map((line) => {
      const [path, mode, , , , size, , , content] = line.split(" ");
      return [path!.slice(draft.root.length), mode, lstatSync(path!).isDirectory() ? "" : size, content];
    });
    const still = [await draft.look(), await draft.userChanges([])];
    for (const [path, , , content] of tree) if (/^[0-9a-f]{64}$/.test(content!)) rmSync(join(draft.root, path!));
    const base = await draft.look();
    const { files, bytes, left } = draft;
    return { tree, still, base: told(base.changes, bodies), unshown: base.unshown, files, bytes, left };
  }
});

describe("a spare", () => {
  const place = testPlace();
  const spares = (): string[] =>
    readdirSync(join(place.storage, "bases")).filter((name) => name.endsWith(".spare.json"));

  it("is made once for a folder, taken by one draft, and of no use to another folder", async () => {
    const [one, other] = [place.repository({ "a.txt": "a" }), place.repository({ "a.txt": "b" })];
    await place.drafts.prepare(one);
    await place.drafts.prepare(one);
    assert.equal(spares().length, 1);
    const elsewhere = await place.make(other);
    assert.equal(readFileSync(join(elsewhere.root, "a.txt"), "utf8"), "b");
    assert.equal(spares().length, 1);
    const [first, second] = await Promise.all([place.make(one), place.make(one)]);
    assert.equal(spares().length, 0);
    put(first.root, { "a.txt": "changed" });
    assert.equal(readFileSync(join(second.root, "a.txt"), "utf8"), "a");
  });

  it("keeps the others who ask waiting for a piece of it at most", async () => {
    const many = Object.fromEntries(Array.from({ length: 900 }, (_, index) => [`f/${index}.txt`, `${index}`]));
    const draft = await place.make(place.repository({ "a.txt": "a" }));
    const preparing = place.drafts.prepare(place.repository(many));
    let ready = false;
    void preparing.then(() => (ready = true));
    const looks: boolean[] = [];
    while (!ready) {
      await draft.look();
      looks.push(ready);
    }
    await preparing;
    assert.ok(looks.filter((late) => !late).length >= 5, `${looks.length} looks`);
  });

  it("leaves nothing when it is given up", async () => {
    const folder = place.repository({ "a.txt": "a", "b.txt": "b" });
    const before = [readdirSync(join(place.storage, "bases")), readdirSync(join(place.storage, "drafts"))];
    const stop = new AbortController();
    const preparing = place.drafts.prepare(folder, stop.signal);
    stop.abort(new Error("closed"));
    await assert.rejects(preparing);
    assert.deepEqual([readdirSync(join(place.storage, "bases")), readdirSync(join(place.storage, "drafts"))], before);
  });

  it("is made only where the disk has more room than it could take", () => {
    const gigabyte = 1024 ** 3;
    assert.deepEqual(
      [2 * gigabyte, 2 * gigabyte - 1, 0].map((free) => hasRoom(place.storage, free)),
      [true, false, false],
    );
  });

  it("waits for a week, and is thrown away then", async () => {
    const folder = place.repository({ "a.txt": "a" });
    const before = spares();
    await place.drafts.prepare(folder);
    const prepared = () => spares().flatMap((name) => (before.includes(name) ? [] : [name.split(".")[0]]));
    const draft = await place.make(place.repository({ "x.txt": "x" }));
    const [mark] = readdirSync(join(place.storage, "drafts")).filter(
      (name) => name.endsWith(".mark") && prepared().includes(name.slice(0, -5)),
    );
    const others = spares().length - 1;
    for (const [days, left] of [
      [6, others + 1],
      [8, others],
    ] as const) {
      const then = Date.now() / 1000 - days * 24 * 60 * 60;
      utimesSync(join(place.storage, "drafts", mark!), then, then);
      await place.drafts.open(draft.id, folder, place.bodies);
      assert.equal(spares().length, left, `${days} days`);
    }
  });
});

function relink(folder: string, path: string, target: string): void {
  rmSync(join(folder, path));
  symlinkSync(target, join(folder, path));
}

function inode(path: string): number | null {
  return existsSync(path) ? statSync(path).ino : null;
}

function spareIn(storage: string): string {
  const [name] = readdirSync(join(storage, "drafts")).filter((entry) => !entry.endsWith(".mark"));
  return join(storage, "drafts", name!);
}

function basesIn(storage: string, end: string): string {
  const [name] = readdirSync(join(storage, "bases")).filter((entry) => entry.endsWith(end));
  return join(storage, "bases", name!);
}
