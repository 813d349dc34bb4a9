/**
 * Hostile ground at full size: hostile names, each with every tool, in whole sessions on a hostile repository; protected names in
 * random disguises; messages of the page, altered.
 *
 * 48 sessions of 150 names with 6 tools, 96,000 disguises, 96,000 messages. A case names the seed it comes from. A real workbench
 * with a hostile folder is the lane `trust` of `npm test`.
 */
import { disguisesTried, messagesTried, namesTried, type Tried } from "../unit/hostile/tries.ts";

const sessions = 48;

/** Plays this slice's share. Never rejects for a case that was not held. */
export default async function hostile(options: { seed: number; slice: { k: number; n: number } }): Promise<Tried> {
  const { seed, slice } = options;
  const all: Tried = { tried: 0, failed: 0, cases: [] };
  const add = (what: string, own: number, { tried, failed, cases }: Tried): void => {
    all.tried += tried;
    all.failed += failed;
    all.cases.push(...cases.slice(0, 5).map((one) => ({ what, seed: own, one })));
  };
  for (let index = slice.k - 1; index < sessions; index += slice.n) {
    const own = seed * sessions + index;
    add("a name", own, await namesTried({ seed: own, names: 150 }));
    add("a disguise", own, disguisesTried({ seed: own, count: 2_000 }));
    add("a message", own, messagesTried({ seed: own, count: 2_000 }));
  }
  return all;
}
