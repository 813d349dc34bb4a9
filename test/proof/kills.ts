/**
 * The journal, at full size: the extension host and the whole server killed at every named step of a task and of its decisions, with
 * the extension installed (`test/ui/kill.ts`).
 *
 * Every step, both victims, three times: at once, and twice some milliseconds later. Needs Linux and a Chromium; about half an hour.
 */
import { findBrowser } from "../../scripts/hosts/browser.ts";
import type { Proof } from "../../scripts/proof.ts";
import { liveThrough } from "../ui/kill.ts";
import { everyKill } from "../ui/killSteps.ts";

const kills: Proof = async ({ seed, slice }) => {
  const browser = findBrowser();
  if (browser === undefined) throw new Error("No Chromium was found: run npm test once, which says how to get one.");
  const own = everyKill(seed).filter((_, index) => index % slice.n === slice.k - 1);
  return liveThrough(own, { browser, print: (line) => console.log(line) });
};

export default kills;
