/** The third-party notices: every package that is in a bundle, at its version, with the licence it came with. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bundledPackages, noticesOf, type Bundled } from "../../../scripts/notices.ts";
import { built, root } from "./built.ts";

describe("the third-party notices", () => {
  let packages: Bundled[] = [];

  before(function () {
    this.timeout(60_000);
    built();
    packages = bundledPackages();
  });

  it("name the packages that are bundled, and no other", () => {
    const notices = readFileSync(join(root, "THIRD-PARTY-NOTICES.md"), "utf8");
    const named = [...notices.matchAll(/^## (\S+ \S+)$/gm)].map((match) => match[1]);
    assert.ok(
      packages.some(({ name }) => name === "@anthropic-ai/sdk"),
      "the build was read",
    );
    assert.deepEqual(
      named,
      packages.map(({ name, version }) => `${name} ${version}`),
      "write them again with `npm run build`, then `node scripts/notices.ts`",
    );
  });

  it("hold every licence text whole", () => {
    assert.equal(readFileSync(join(root, "THIRD-PARTY-NOTICES.md"), "utf8"), noticesOf(packages));
  });

  it("are about packages that the lock file has at the same version", () => {
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version?: string }>;
    };
    for (const { name, version } of packages) {
      const versions = Object.entries(lock.packages).flatMap(([path, entry]) =>
        path.endsWith(`node_modules/${name}`) ? [entry.version] : [],
      );
      assert.ok(versions.includes(version), `${name} ${version}`);
    }
  });
});
