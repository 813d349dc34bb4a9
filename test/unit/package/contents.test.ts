/** What is in the package: exactly what an installed extension needs, nothing native, nothing large. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { deflateRawSync } from "node:zlib";
import { listFiles, type IListFilesOptions } from "@vscode/vsce";
import { built, root } from "./built.ts";
import { budget, packagedFiles } from "./packaged.ts";

describe("the package", () => {
  let files: string[] = [];

  before(async function () {
    this.timeout(60_000);
    built();
    const none = 2 satisfies IListFilesOptions["packageManager"];
    const listed = await listFiles({ cwd: root, packageManager: none, packagedDependencies: [] });
    files = listed.map((file) => file.split(sep).join("/")).sort();
  });

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
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const { viewsContainers, views } = manifest.contributes;
    const icons = [...viewsContainers.activitybar, ...views.countersign].map((each: { icon: string }) => each.icon);
    for (const path of [manifest.main, manifest.icon, ...icons]) assert.ok(files.includes(posix.normalize(path)), path);
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
