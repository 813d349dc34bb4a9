/**
 * A VS Code profile that belongs to us alone: its folder, its settings, its extensions.
 *
 * Always: nothing is read from or written to the person's own profile.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Settings by their name, as settings.json has them. */
export type Settings = Record<string, unknown>;

/** The colour themes a picture is made in: the setting's value, the name in the theme picker, the class of the workbench. */
export const themes = {
  light: { setting: "Light Modern", label: "Light Modern", style: "vs" },
  dark: { setting: "Dark Modern", label: "Dark Modern", style: "vs-dark" },
  "high contrast": { setting: "Default High Contrast", label: "Dark High Contrast", style: "hc-black" },
  "high contrast light": { setting: "Default High Contrast Light", label: "Light High Contrast", style: "hc-light" },
} as const;

/** One of the names in `themes`. */
export type Theme = keyof typeof themes;

/** What every profile of ours starts with: no welcome page, no chat side bar, no network of VS Code's own. */
export const quietSettings: Settings = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "workbench.settings.enableNaturalLanguageSearch": false,
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.autofetch": false,
  "git.openRepositoryInParentFolders": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "npm.fetchOnlinePackageInfo": false,
  "json.schemaDownload.enable": false,
  "typescript.disableAutomaticTypeAcquisition": true,
};

/** For a run that is not about workspace trust. */
export const trustSettings: Settings = { "security.workspace.trust.enabled": false };

/**
 * Writes the user settings of a server host's data folder, for the next window or the next reload: a running workbench was
 * seen to notice the first change of the file and to miss later ones.
 */
export function writeServerSettings(dataDir: string, settings: Settings): void {
  writeSettings(join(dataDir, "data", "User"), settings);
}

/** Writes the settings that belong to the machine the server runs on: the only place for those of scope `machine`. */
export function writeMachineSettings(dataDir: string, settings: Settings): void {
  const folder = join(dataDir, "data", "Machine");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "settings.json"), JSON.stringify(settings, null, 2));
}

/** Changes some user settings of a server host's data folder and leaves the others as they are. */
export function changeServerSettings(dataDir: string, change: Settings): void {
  const file = join(dataDir, "data", "User", "settings.json");
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Settings) : {};
  writeServerSettings(dataDir, { ...earlier, ...change });
}

/** Writes the user settings of a desktop profile. */
export function writeDesktopSettings(userDataDir: string, settings: Settings): void {
  writeSettings(join(userDataDir, "User"), settings);
}

function writeSettings(folder: string, settings: Settings): void {
  mkdirSync(folder, { recursive: true });
  // Renamed into place: a running workbench never reads half a file.
  writeFileSync(join(folder, "settings.json.new"), JSON.stringify({ ...quietSettings, ...settings }, null, 2));
  renameSync(join(folder, "settings.json.new"), join(folder, "settings.json"));
}
