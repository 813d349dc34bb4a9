/**
 * Streams of every shape, as they come and as they must not: cut, in pieces, doubled, dropped, swapped.
 *
 * A seeded sample; all of it is `npm run proof -- faults`. STREAM_RECORDINGS adds the recordings of that folder.
 */
import assert from "node:assert/strict";
import { seeded } from "./chance.ts";
import { casesOf, kinds, reading, type Kind } from "./distortions.ts";
import { replaying, stream } from "./replaying.ts";
import { bytesOf, shapes } from "./shapes.ts";
import { subjects } from "./subjects.ts";

/** How many cases of a kind are tried for each stream. */
const sample: Record<Kind, number> = {
  "cut by a clean end": 6,
  "cut by a reset": 4,
  "in pieces of 1 byte": 1,
  "in pieces of 7 bytes": 1,
  "in pieces of random sizes": 1,
  "an event doubled": 4,
  "an event dropped": 4,
  "two events swapped": 4,
};

describe("a stream", () => {
  for (const shape of shapes) {
    it(`of ${shape.name} runs ${shape.runs.length === 0 ? "nothing" : shape.runs.join(", ")}`, async () => {
      await replaying(async (play) => {
        const { ran, how } = await play([stream(bytesOf(shape))]);
        assert.deepEqual({ ran: ran.map(({ id }) => id), how }, { ran: shape.runs, how: shape.how });
      });
      const said = reading(shape.events);
      if (shape.name.startsWith("an input")) return;
      assert.deepEqual(said.kind === "calls" ? said.calls.map(({ id }) => id) : [], shape.runs, "the oracle agrees");
    });
  }
});

describe("a stream on its way", () => {
  const random = seeded(20_260);
  for (const kind of kinds) {
    it(`${kind} runs what it should, and nothing else`, async function () {
      this.timeout(60_000);
      const cases = subjects().flatMap((subject) => {
        const all = casesOf(subject, random).filter((one) => one.kind === kind);
        return all.length <= sample[kind]
          ? all
          : Array.from({ length: sample[kind] }, () => all[Math.floor(random() * all.length)]!);
      });
      await replaying(async (play) => {
        for (const { subject, at, attempt } of cases) {
          await attempt(play).catch((error: unknown) => {
            throw new Error(`${subject}, ${kind} at ${at}: ${(error as Error).message}`, { cause: error });
          });
        }
      });
    });
  }
});
