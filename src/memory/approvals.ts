/**
 * Approvals: the commands that the person allowed for good, each in a file of its own below the global storage.
 *
 * `<storage>/approvals/<hash of folder and key>.json`. Several windows share them: an answer is one file, so what one window allows and
 * what another takes back never meet. Always: they lie in no workspace; a file that cannot be read, or does not say what its name says,
 * allows nothing; an answer holds for one folder and one key.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Approval, Approvals } from "../protocol/index.ts";
import { openSmallFiles } from "./smallFiles.ts";

export function openApprovals(globalStorageDir: string): Approvals {
  const files = openSmallFiles(join(globalStorageDir, "approvals"));

  const read = async (name: string): Promise<Approval | null> => {
    const value = await files.read(name);
    return isApproval(value) && nameOf(value.workspace, value.key) === name ? value : null;
  };

  return {
    has: async (workspace, key) => (await read(nameOf(workspace, key))) !== null,
    add: (approval) => files.write(nameOf(approval.workspace, approval.key), approval),
    async list(workspace) {
      const found = await Promise.all((await files.names()).map(read));
      return found
        .filter((one) => one !== null && one.workspace === workspace)
        .sort((a, b) => b!.at - a!.at) as Approval[];
    },
    async forget(workspace, keys) {
      for (const key of keys) await files.remove(nameOf(workspace, key));
    },
  };
}

function nameOf(workspace: string, key: string): string {
  return createHash("sha256")
    .update(JSON.stringify([workspace, key]))
    .digest("hex");
}

function isApproval(value: unknown): value is Approval {
  if (typeof value !== "object" || value === null) return false;
  const { workspace, key, line, folder, at } = value as Partial<Approval>;
  return [workspace, key, line, folder].every((text) => typeof text === "string") && typeof at === "number";
}
