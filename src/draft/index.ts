/**
 * Drafts: private copies of what the person sees, below the extension's storage.
 *
 * Edges: git is asked from here, on the main thread; files are touched by one standing worker. The person's folder and repository are
 * only read.
 * Always: a draft exists once its manifest does; what fails or is aborted before leaves nothing but trash.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { relative, sep } from "node:path";
import type { Drafts } from "../protocol/index.ts";
import { isUnder } from "../system/paths.ts";
import { factsOf, listingOf, listingParts } from "./asking.ts";
import { draftOf, ownBytes } from "./draft.ts";
import { DraftError, draftError } from "./error.ts";
import { isDraftId } from "./manifest.ts";
import { standingWorker } from "./standing.ts";

export { DraftError } from "./error.ts";

export interface DraftsOptions {
  /** Absolute path of the extension's global storage; made when it is not there. */
  storage: string;
  /** Absolute path of the worker's program. */
  worker: string;
  /** Where git is looked for and what it may read of; by default this process's. */
  environment?: NodeJS.ProcessEnv;
}

/** Opens the drafts of a storage folder. Nothing is started or made before it is needed. */
export function openDrafts({ storage, worker, environment = process.env }: DraftsOptions): Drafts & AsyncDisposable {
  const standing = standingWorker(worker);

  /** The folder, resolved, with the path of our own storage below it: a home folder that was opened holds us too. */
  function placed(folder: string): { folder: string; avoid: string | null } {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
      throw new DraftError(`There is no folder ${folder}.`, "Open a folder that exists and start the task there.");
    }
    const real = realpathSync(folder);
    const own = existsSync(storage) ? realpathSync(storage) : storage;
    if (!isUnder(real, own)) return { folder: real, avoid: null };
    if (real === own)
      throw new DraftError("This folder is where Countersign keeps its own data.", "Open another folder.");
    return { folder: real, avoid: relative(real, own).split(sep).join("/") };
  }

  return {
    async survey(opened, signal) {
      const { folder, avoid } = placed(opened);
      const [facts, listing] = await Promise.all([
        factsOf(folder, environment, signal),
        listingOf(folder, environment, signal),
      ]);
      const { files, bytes } = await standing.ask("survey", { folder, listing, avoid }, { signal }).catch(asDraftError);
      const { repository, rootCommit, notes } = facts;
      return { files, bytes, repository, ...(rootCommit ? { rootCommit } : {}), notes };
    },

    async firstCommit(opened, signal) {
      return (await factsOf(placed(opened).folder, environment, signal)).rootCommit ?? undefined;
    },

    async make(opened, bodies, unsaved, progress, signal) {
      try {
        mkdirSync(storage, { recursive: true, mode: 0o700 });
      } catch (problem) {
        throw new DraftError(
          `The storage folder cannot be made (${(problem as Error).message}).`,
          "Give yourself write permission on it and start the task again.",
        );
      }
      const { folder, avoid } = placed(opened);
      const id = randomBytes(10).toString("hex");
      const { tracked, untracked } = await listingParts(folder, environment, signal);
      // Git looks for untracked files while the tracked ones are copied already.
      const begin = {
        storage,
        id,
        folder,
        listing: tracked ?? ({ kind: "walk" } as const),
        avoid,
        unsaved: ownBytes(unsaved),
      };
      const [begun, rest] = await Promise.allSettled([
        standing.ask("begin", begin, { signal, progress }),
        tracked && untracked(),
      ]);
      if (begun.status === "rejected") throw draftError(begun.reason);
      try {
        if (rest.status === "rejected") throw rest.reason;
        if (tracked && rest.value === null)
          throw new DraftError(
            "Git listed the tracked files of this folder and not the others.",
            "Try again; if it stays so, check the repository with git status.",
          );
        const loaded = await standing.ask("finish", { id, rest: rest.value }, { signal, progress });
        return draftOf({ standing, storage, id, folder, avoid, environment, bodies, loaded });
      } catch (problem) {
        await standing.ask("remove", { storage, id });
        throw draftError(problem);
      }
    },

    async prepare(opened, signal) {
      const { folder, avoid } = placed(opened);
      const listing = await listingOf(folder, environment, signal);
      const id = randomBytes(10).toString("hex");
      try {
        let more = await standing.ask("prepare", { storage, id, folder, listing, avoid }, { signal });
        while (more) more = await standing.ask("prepareMore", { storage, id }, { signal });
      } catch (problem) {
        await standing.ask("remove", { storage, id }).catch(() => undefined);
        throw draftError(problem);
      }
    },

    async open(id, opened, bodies) {
      if (!isDraftId(id)) return null;
      const { folder, avoid } = placed(opened);
      const loaded = await standing.ask("load", { storage, id }).catch(asDraftError);
      return loaded && draftOf({ standing, storage, id, folder, avoid, environment, bodies, loaded });
    },

    async remove(id) {
      await standing.ask("remove", { storage, id }).catch(asDraftError);
    },

    [Symbol.asyncDispose]: () => standing.close(),
  };
}

function asDraftError(problem: unknown): never {
  throw draftError(problem);
}
