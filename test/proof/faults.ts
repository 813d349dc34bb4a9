/**
 * The faults of a stream, at full size: every constructed shape of stream, and every recording in the folder that
 * STREAM_RECORDINGS names, through the demo's server into the engine.
 *
 * Each is cut at every byte, by a clean end and by a reset; sent in pieces of 1, 7 and random bytes; and sent with each event
 * doubled, dropped, and swapped with the next one. The oracle is in `test/unit/engine/distortions.ts`. A failing case names
 * its stream, its kind and its place.
 */
import { seeded } from "../unit/engine/chance.ts";
import { casesOf, kinds } from "../unit/engine/distortions.ts";
import { replaying } from "../unit/engine/replaying.ts";
import { subjects } from "../unit/engine/subjects.ts";

/** Tries this slice's share of the cases. Never rejects for a case that failed. */
export default async function faults(options: {
  seed: number;
  slice: { k: number; n: number };
}): Promise<{ tried: number; failed: number; cases: unknown[] }> {
  const { seed, slice } = options;
  const random = seeded(seed);
  const streams = subjects();
  const all = streams.flatMap((subject) => casesOf(subject, random));
  const counts = new Map(kinds.map((kind) => [kind, { tried: 0, failed: 0 }]));
  const cases: unknown[] = [];
  await replaying(async (play) => {
    for (let index = slice.k - 1; index < all.length; index += slice.n) {
      const { kind, subject, at, attempt } = all[index]!;
      const count = counts.get(kind)!;
      count.tried++;
      try {
        await attempt(play);
      } catch (error) {
        count.failed++;
        if (cases.length < 20) cases.push({ kind, subject, at, said: (error as Error).message });
      }
    }
  });
  const bytes = streams.reduce((sum, subject) => sum + subject.bytes.length, 0);
  console.log(`${streams.length} streams of ${bytes} bytes; ${all.length} cases in all slices`);
  for (const [kind, { tried, failed }] of counts) console.log(`${kind}: ${tried} tried, ${failed} failed`);
  const sum = (of: "tried" | "failed"): number => [...counts.values()].reduce((total, count) => total + count[of], 0);
  return { tried: sum("tried"), failed: sum("failed"), cases };
}
