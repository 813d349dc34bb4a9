/**
 * Approvals: the commands that the person allowed for good, in one file below the global storage.
 *
 * `<storage>/approvals.json`, 0600, exchanged whole by a rename. Several windows share it, so it is read anew for every question.
 * Always: it lies in no workspace; a file that cannot be read, or is none of ours, allows nothing; an answer holds for one folder and
 * one key.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Approval, Approvals } from "../protocol/index.ts";

/** Kept at most; the oldest go first. */
const atMost = 1_000;

export function openApprovals(globalStorageDir: string): Approvals {
  const file = join(globalStorageDir, "approvals.json");
  let line: Promise<unknown> = Promise.resolve();

  async function read(): Promise<Approval[]> {
    try {
      const kept: unknown = JSON.parse(await readFile(file, "utf8"));
      return Array.isArray(kept) ? kept.filter(isApproval) : [];
    } catch {
      return [];
    }
  }

  function change(next: (kept: Approval[]) => Approval[]): Promise<void> {
    const work = async (): Promise<void> => {
      await mkdir(globalStorageDir, { recursive: true });
      const text = JSON.stringify(next(await read()).slice(-atMost), null, 1);
      const beside = `${file}.${randomBytes(6).toString("hex")}`;
      try {
        const handle = await open(beside, "wx", 0o600);
        await handle.writeFile(text);
        await handle.sync();
        await handle.close();
        await chmod(beside, 0o600);
        await rename(beside, file);
      } catch (error) {
        await rm(beside, { force: true });
        throw error;
      }
    };
    const mine = line.then(work, work);
    line = mine.catch(() => {});
    return mine;
  }

  return {
    has: async (workspace, key) => (await read()).some((one) => one.workspace === workspace && one.key === key),
    add: (approval) =>
      change((kept) => [
        ...kept.filter((one) => one.workspace !== approval.workspace || one.key !== approval.key),
        approval,
      ]),
    list: async (workspace) => (await read()).filter((one) => one.workspace === workspace).reverse(),
    forget: (workspace, keys) =>
      change((kept) => kept.filter((one) => one.workspace !== workspace || !keys.includes(one.key))),
  };
}

function isApproval(value: unknown): value is Approval {
  if (typeof value !== "object" || value === null) return false;
  const { workspace, key, line, folder, at } = value as Partial<Approval>;
  return [workspace, key, line, folder].every((text) => typeof text === "string") && typeof at === "number";
}
