/** Chance from a seed, and the texts that an agent and a person write by it. */
import { linesIn } from "./oracle.ts";

export interface Chance {
  below(count: number): number;
  of<T>(items: readonly T[]): T;
  in(share: number): boolean;
}

/** Numbers from a seed: mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return { below, of: (items) => items[below(items.length)]!, in: (share) => next() < share };
}

/** Whoever writes: unlike lines are numbered, so that each can be found again. */
export interface Writer {
  chance: Chance;
  fresh: number;
  /** Share of lines that are equal to others. */
  equal: number;
}

function line(play: Writer, who: string): string {
  return play.chance.in(play.equal) ? play.chance.of(["}", "", "  return;"]) : `${who} ${++play.fresh}`;
}

export function textOf(play: Writer, who = "line"): string {
  const end = play.chance.of(["\n", "\n", "\n", "\r\n"]);
  const lines = Array.from({ length: play.chance.of([0, 1, 4, 9, 14]) }, () => line(play, who));
  return lines.join(end) + (lines.length > 0 && play.chance.in(0.8) ? end : "");
}

/** Some runs of lines replaced, put in or taken out; now and then the last line's end as well. */
export function changed(play: Writer, text: string, who: string): string {
  const { chance } = play;
  const lines = linesIn(text);
  for (let edits = 1 + chance.below(3); edits > 0; edits--) {
    const at = chance.below(lines.length + 1);
    const put = Array.from({ length: chance.below(3) }, () => `${line(play, who)}\n`);
    // The person changes and adds; the lines they typed are taken out by nobody but the agent's accepted hunks.
    let take = Math.min(chance.below(3), lines.length - at);
    if (who === "mine") while (take > 0 && lines.slice(at, at + take).some((each) => each.startsWith("mine"))) take--;
    lines.splice(at, take, ...put);
  }
  const joined = lines
    .map((each, at) => (/[\r\n]$/.test(each) || at === lines.length - 1 ? each : `${each}\n`))
    .join("");
  return chance.in(0.15) ? joined.replace(/\r?\n$/, "") : joined;
}
