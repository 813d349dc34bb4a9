/**
 * The extension in a real VS Code: it is there, and it starts.
 */
import assert from "node:assert/strict";
import { extensions } from "vscode";

describe("the extension in a real host", () => {
  it("is present and activates", async () => {
    const extension = extensions.getExtension("countersign.countersign");
    assert.ok(extension, "countersign.countersign is not among the extensions of this host");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
