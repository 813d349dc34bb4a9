/**
 * What the manifest promises, held against what runs.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commands, extensions } from "vscode";

const extension = extensions.getExtension("countersign.countersign")!;
const manifest = extension.packageJSON as {
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string }[]>;
    keybindings: { command: string; key: string; when?: string }[];
    configuration: { properties: Record<string, { scope: string; markdownDescription: string }> };
    viewsWelcome: { contents: string }[];
  };
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
};

describe("the manifest", () => {
  before(() => extension.activate());

  it("names exactly the commands that are registered", async () => {
    const registered = (await commands.getCommands(true)).filter((name) => /^countersign\.[a-zA-Z]+$/.test(name));
    // The editor makes some of its own for every view ("….focus", "….open").
    const promised = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      promised.filter((name) => !registered.includes(name)),
      [],
    );
    assert.deepEqual(
      registered.filter((name) => !promised.includes(name)),
      [],
    );
  });

  it("gives each command the category and a title", () => {
    for (const { command, category, title } of manifest.contributes.commands) {
      assert.equal(category, "Countersign", command);
      assert.equal(title === "" || title.startsWith("%"), false, command);
    }
  });

  it("names no command that there is not, in menus, keys and welcome texts", () => {
    const promised = new Set(manifest.contributes.commands.map(({ command }) => command));
    const used = [
      ...Object.values(manifest.contributes.menus).flat(),
      ...manifest.contributes.keybindings,
      ...manifest.contributes.viewsWelcome.flatMap(({ contents }) =>
        [...contents.matchAll(/command:(countersign\.\w+)/g)].map(([, command]) => ({ command: command! })),
      ),
    ].map(({ command }) => command);
    assert.deepEqual(
      used.filter((name) => !promised.has(name)),
      [],
    );
  });

  it("binds keys on the review page only, and no bare letter", () => {
    for (const { key, when } of manifest.contributes.keybindings) {
      assert.match(when ?? "", /activeWebviewPanelId == 'countersign\.review'/);
      assert.doesNotMatch(key, /^(?:shift\+)?[a-z0-9]$/);
    }
  });

  it("lets no workspace set anything", () => {
    const { properties } = manifest.contributes.configuration;
    for (const [name, { scope }] of Object.entries(properties)) assert.equal(scope, "machine", name);
    assert.deepEqual(
      manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.toSorted(),
      Object.keys(properties).toSorted(),
    );
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, "limited");
  });

  it("has a text for every name it leaves to package.nls.json, and none too many", () => {
    const source = readFileSync(join(extension.extensionPath, "package.json"), "utf8");
    const used = [...new Set([...source.matchAll(/"%([\w.]+)%"/g)].map(([, name]) => name!))].toSorted();
    const texts = JSON.parse(readFileSync(join(extension.extensionPath, "package.nls.json"), "utf8")) as Record<
      string,
      string
    >;
    assert.deepEqual(Object.keys(texts).toSorted(), used);
  });
});
