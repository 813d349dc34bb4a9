/**
 * The ground of a long session: its project on the disk, and its model in a thread.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "../../../scripts/hosts/workspace.ts";
import { files, key, pathOf, scenario, textOf } from "./longScript.ts";
import { openScriptedModel, type ScriptedModel } from "./scriptedModel.ts";

/** Makes the project, a repository, in `folder`. */
export async function makeProject(folder: string): Promise<void> {
  mkdirSync(join(folder, "src"), { recursive: true });
  for (let file = 0; file < files; file++) writeFileSync(join(folder, pathOf(file)), textOf(file));
  await makeRepository(folder);
}

/** Starts the model. `minutes`: how long it takes for all; 0: as fast as it goes. */
export async function openLongModel(scenariosDir: string, minutes: number): Promise<ScriptedModel> {
  mkdirSync(scenariosDir, { recursive: true });
  writeFileSync(join(scenariosDir, "long.json"), JSON.stringify(scenario(minutes)));
  return openScriptedModel({ token: key, scenariosDir, scenario: "long" });
}
