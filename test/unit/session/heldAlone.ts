/**
 * A large proposal in a process of its own: prints how many bytes of heap the session holds of it, and how many bytes of
 * text were proposed. In the process of the other tests their leavings would be measured too.
 *
 * Run with `--expose-gc`. Prints one line of JSON: `{ "held": bytes, "text": bytes }`.
 */
import { scene, type Scene } from "./scene.ts";
import { largeProposal } from "./large.ts";

const collected = (): number => {
  for (let round = 0; round < 3; round++) gc!();
  return process.memoryUsage().heapUsed;
};

/** In a function of its own: what was shown must not be counted as held. */
async function shownOnce(stage: Scene): Promise<number> {
  return (await stage.session.everything()).length;
}

const { paths, textOf } = largeProposal(400);
// The scene keeps bytes, which lie outside the heap that is measured.
const stage = await scene(Object.fromEntries(paths.map((path, at) => [path, textOf(at, false)])));
const text = paths.reduce((sum, _, at) => sum + textOf(at, true).length, 0);
const before = collected();
await stage.turn(paths.map((path, at) => (draft) => draft.write(path, textOf(at, true))));
await shownOnce(stage);
process.stdout.write(`${JSON.stringify({ held: collected() - before, text })}\n`);
await stage.session.close();
