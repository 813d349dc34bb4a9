/**
 * The same hostile actions through both families: the built-in loop, and an agent that is a program of its own in the engine's sandbox.
 * A sample; all of it at full size is `npm run proof -- agents --only=families`.
 */
import assert from "node:assert/strict";
import { openSandbox } from "../../../src/system/sandbox/index.ts";
import { actions, type Family } from "./actions.ts";
import { apart, classes } from "./classes.ts";
import { familyTried } from "./families.ts";
import { machines, withoutSandbox } from "./machines.ts";
import { scenes } from "./scenes.ts";

const families: readonly Family[] = ["loop", "agent"];
const titles: Record<Family, string> = {
  loop: "a hostile model with tools and commands",
  agent: "a hostile agent that is a program of its own",
};

for (const family of families)
  describe(titles[family], function () {
    this.timeout(120_000);

    before(async function () {
      // There is no sandbox on this machine: nothing of it runs.
      if ((await openSandbox({ records: "/nowhere" }).probe()).kind === "none") this.skip();
    });

    it("gets nothing by any action of the table, and each refusal is told to it, to the page and to the log", async () => {
      const { tried, cases, egress, refusals } = await familyTried(family, { seed: 1, names: 12 });
      assert.deepEqual(cases, []);
      assert.ok(tried > 250 && refusals > 60, `${tried} tried, ${refusals} refused`);
      // Its network is the person's, and the picker says so; commands have none.
      const open = ["connects to a server of this machine", "connects to an abstract socket"];
      assert.deepEqual(
        egress.filter((name) => open.includes(name)),
        family === "agent" ? open.toSorted() : [],
      );
    });

    for (const scene of scenes.filter((one) => one.family === family && !one.long))
      it(`${scene.name} (${scene.ids.join(", ")})`, () => scene.play());
  });

describe("a machine whose sandbox is taken away", function () {
  this.timeout(60_000);

  for (const machine of [machines[0]!, machines[4]!])
    it(`${machine.name} has no command tool in any request, starts no agent unasked, and says why and what helps`, async function () {
      // Only root can make this machine.
      if ((await withoutSandbox(machine)) === null) this.skip();
    });
});

describe("the classes of attacks", () => {
  for (const family of families)
    it(`each go through the family “${family}”, or it is said why not`, () => {
      const played = new Set([
        ...actions.filter(({ reaches }) => !reaches || family === "loop").map(({ id }) => id),
        ...scenes.filter((scene) => scene.family === family).flatMap(({ ids }) => ids),
        "A52",
      ]);
      const said = apart.filter((one) => one.families.includes(family)).flatMap(({ ids }) => ids);
      assert.deepEqual(
        classes.filter((id) => !played.has(id) && !said.includes(id)),
        [],
      );
      assert.deepEqual(
        said.filter((id) => played.has(id)),
        [],
        "no reason stands where there is an action",
      );
    });

  for (const { ids, why, guard } of apart)
    for (const id of ids) it(`${id}: ${why}`, () => assert.equal(guard(id), null));
});
