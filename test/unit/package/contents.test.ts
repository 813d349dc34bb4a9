/** What is in the package: exactly what an installed extension needs, nothing native, nothing large. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, sep } from "node:path";
import { deflateRawSync } from "node:zlib";
import { listFiles, type IListFilesOptions } from "@vscode/vsce";
import { built, root } from "./built.ts";
import { budget, packagedFiles } from "./packaged.ts";

describe("the package", () => {
  let files: string[] = [];
  let place = "";

  before(async function () {
    this.timeout(60_000);
    built();
    // vsce holds every file against every line of the list: without what is fetched, a second instead of a minute.
    place = mkdtempSync(join(tmpdir(), "countersign-package-"));
    for (const name of readdirSync(root))
      if (![".git", ".vscode-test", "node_modules", "out"].includes(name))
        cpSync(join(root, name), join(place, name), { recursive: true });
    const none = 2 satisfies IListFilesOptions["packageManager"];
    const listed = await listFiles({ cwd: place, packageManager: none, packagedDependencies: [] });
    files = listed.map((file) => file.split(sep).join("/")).sort();
  });
  after(() => rmSync(place, { recursive: true, force: true }));

  it("holds the manifest, the documents, the icons, the bundles, the sample project and the demo's scenario", () => {
    assert.deepEqual(files, packagedFiles());
  });

  it("holds everything that its parts load from each other", () => {
    const loaded = files
      .filter((file) => /\.(cjs|css)$/.test(file))
      .flatMap((file) => loadedBy(file).map((target) => posix.join(posix.dirname(file), target)));
    assert.ok(loaded.includes("dist/session.cjs"), "the entry loads the session");
    assert.deepEqual(
      loaded.filter((file) => !files.includes(file)),
      [],
    );
  });

  it("holds the files that the manifest names", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      main: string;
      icon: string;
      contributes: {
        viewsContainers: { activitybar: { icon: string }[] };
        views: { countersign: { icon: string }[] };
        walkthroughs: { steps: { media: { image: Record<string, string> } }[] }[];
      };
    };
    const { viewsContainers, views } = manifest.contributes;
    const icons = [...viewsContainers.activitybar, ...views.countersign].map((each) => each.icon);
    const steps = manifest.contributes.walkthroughs.flatMap((each) => each.steps);
    const pictures = steps.flatMap((step) => Object.values(step.media.image));
    assert.ok(
      steps.length >= 4 && steps.length <= 6 && pictures.length === 4 * steps.length,
      "each step has a picture",
    );
    for (const path of [manifest.main, manifest.icon, ...icons, ...pictures])
      assert.ok(files.includes(posix.normalize(path)), path);
  });

  it("shows small pictures in the walkthrough, each made from the product", () => {
    for (const file of files.filter((each) => each.startsWith("media/walkthrough/"))) {
      const bytes = readFileSync(join(root, file));
      assert.equal(bytes.toString("latin1", 1, 4), "PNG", file);
      assert.ok(bytes.length <= 120_000, `${file} has ${bytes.length} bytes`);
    }
  });

  it("holds nothing native, no source, no test and no source map", () => {
    const strange = files.filter(
      (file) => /\.(node|wasm|dll|dylib|so|exe|map|tsx?)$/.test(file) || /^(src|test|out)\//.test(file),
    );
    assert.deepEqual(strange, []);
  });

  it("is small", () => {
    const size = files.reduce((sum, file) => sum + deflateRawSync(readFileSync(join(root, file))).length, 0);
    assert.ok(size <= budget, `${size} bytes compressed, ${budget} allowed`);
  });
});

/** Relative targets of `require("./…")` and of `url(./…)`. */
function loadedBy(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/require\("(\.\/[^"]+)"\)|url\("?(\.\/[^)"?#]+)/g)].map((match) => (match[1] ?? match[2])!);
}
