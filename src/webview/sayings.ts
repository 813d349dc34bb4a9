/**
 * Sayings: short answers that the page gives by itself, where nothing is to be asked of the host.
 *
 * Words alone. Always: what refuses says what would be accepted.
 */
import type { HunkState } from "../protocol/view.ts";
import { numeral, t } from "./words.ts";

export const onlyRead = t("This session can only be read here: another window is deciding it.");
export const noHunkHere = t("There is no hunk here to decide.");
export const noPendingHere = t("There is no pending hunk here to reject.");
export const noFileHere = t("There is no file here to decide.");
export const noneYet = t("There is nothing to review yet.");
export const noneLeft = t("There is no undecided hunk left.");
export const nothingPending = t("There is no pending hunk to decide.");
export const oneByOne = t("What waits here is protected: decide it hunk by hunk.");
export const wentOn = t("That hunk moved on: nothing was decided.");
export const fits = t("This hunk fits your file: a accepts it, r rejects it.");
export const moved = t("The review moved; click again.");
export const sentOff = t("Sent.");

export const noLines = t("This hunk is taken or left as a whole.");
export const linesChosen = t("Some lines are chosen: a accepts them, Esc lets go of them.");
export const linesLetGo = t("No lines are chosen.");
export const notEditable = t("There are no lines here to write anew.");

/** How many lines are chosen, for whoever cannot see it. */
export function linesText(count: number): string {
  return count === 1 ? t("1 line chosen") : t("{0} lines chosen", numeral(count));
}

export const already = {
  accepted: t("This hunk is accepted already. Undo comes first."),
  rejected: t("This hunk is rejected already. Undo comes first."),
};

const fitsNot = t("This hunk no longer fits your file: t takes theirs, m keeps yours.");
const isDeleted = t("You deleted this file: t creates it again with the agent’s text, m keeps it deleted.");

/** What such an answer is about. */
export const clash = "clash" as const;

/** Why an ordinary accept is not for this hunk. */
export function clashText(gone: boolean): string {
  return gone ? isDeleted : fitsNot;
}

const states: Record<HunkState, string> = {
  pending: t("to review"),
  accepted: t("accepted"),
  rejected: t("rejected"),
  stale: t("no longer fits your file"),
  overtaken: t("overtaken by your own edit"),
};

/** Where the person has come to, for whoever cannot see it. */
export function whereText(path: string, line: number, state: HunkState): string {
  return t("{0}, line {1}, {2}", path, line, states[state]);
}
