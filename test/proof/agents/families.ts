/**
 * Both families on hostile ground, at full size: the table of actions with many names made from parts, every scene, every machine whose
 * sandbox is taken away; and the page's disguises and odd texts through an agent that is a program of its own.
 *
 * Six sessions a family, of 150 names each. It prints what was tried by class and by family, and what of the network the
 * engine's profile leaves open. A case names the seed it comes from.
 */
import { actions, type Family } from "../../unit/hostile/actions.ts";
import { familyTried } from "../../unit/hostile/families.ts";
import { machines, withoutSandbox } from "../../unit/hostile/machines.ts";
import { scenes } from "../../unit/hostile/scenes.ts";
import type { Outcome } from "../agents.ts";

const sessions = 6;
const names = 150;

/** Plays this slice's share. Never rejects for a case that was not held. */
export async function familiesHeld({
  seed,
  slice,
}: {
  seed: number;
  slice: { k: number; n: number };
}): Promise<Outcome> {
  const all: Outcome = { tried: 0, failed: 0, cases: [] };
  const add = (tried: number, cases: readonly unknown[], of: object): void => {
    all.tried += tried;
    all.failed += cases.length;
    all.cases.push(...cases.slice(0, 20).map((one) => ({ ...of, one })));
  };
  const tasks: (() => Promise<void>)[] = [];
  const sums: Record<Family, Sum> = { loop: nothing(), agent: nothing() };
  for (const family of ["loop", "agent"] as const) {
    const sum = sums[family];
    for (let index = 0; index < sessions; index++)
      tasks.push(async () => {
        const own = seed * sessions + index;
        // The whole table in each: what it plants is there for the names.
        const played = await familyTried(family, { seed: own, names, which: actions });
        add(played.tried, played.cases, { family, seed: own });
        for (const [id, count] of Object.entries(played.classes)) sum.classes[id] = (sum.classes[id] ?? 0) + count;
        sum.refusals += played.refusals;
        for (const name of played.egress) sum.egress.add(name);
        console.log(`${family} ${own}: ${played.tried} tried, ${played.failed} failed`);
      });
    for (const scene of scenes.filter((one) => one.family === family))
      tasks.push(async () => {
        const problem = await scene.play().then(() => null, said);
        add(1, problem === null ? [] : [problem], { family, scene: scene.name });
      });
  }
  for (const machine of machines)
    tasks.push(async () => {
      const outcome = await withoutSandbox(machine).then((found) => (found === null ? "not made" : null), said);
      // An ordinary user cannot make every machine: that one was not tried.
      if (outcome !== "not made") add(1, outcome === null ? [] : [outcome], { machine: machine.name });
      else console.log(`a machine ${machine.name} was not made: only root can`);
    });
  for (const [index, task] of tasks.entries()) if (index % slice.n === slice.k - 1) await task();
  for (const family of ["loop", "agent"] as const) report(family, sums[family]);
  return all;
}

const said = (problem: unknown): string => (problem as Error).message.slice(0, 2_000);

interface Sum {
  classes: Record<string, number>;
  refusals: number;
  egress: Set<string>;
}

const nothing = (): Sum => ({ classes: {}, refusals: 0, egress: new Set() });

function report(family: Family, { classes, refusals, egress }: Sum): void {
  const byClass = Object.entries(classes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, count]) => `${id} ${count}`)
    .join(", ");
  console.log(`${family}: ${byClass}; ${refusals} refusals looked for with the agent, on the page and in the log`);
  console.log(`${family}: egress: ${egress.size === 0 ? "none" : [...egress].join("; ")}`);
}
