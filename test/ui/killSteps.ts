/**
 * The steps of a task and of its decisions at which processes are killed, and which of them make a sample.
 */
import { chanceOf } from "../unit/session/chance.ts";
import { changed, copying, logged, writing, type Moment, type Victim } from "./killing.ts";

/** A named step, the action it belongs to, and when it is. */
export interface Step {
  name: string;
  action: "task" | "accept" | "accept all" | "reject" | "undo" | "redo" | "follow-up";
  moment: Moment;
}

export const steps: readonly Step[] = [
  { name: "the copy begins", action: "task", moment: copying },
  ...["session.started", "draft.made", "turn.started", "step.started", "tool.called", "tool.answered", "looked"].map(
    (kind): Step => ({ name: `${kind} of a task`, action: "task", moment: logged(kind) }),
  ),
  { name: "the fifth look of a task", action: "task", moment: logged("looked", 5) },
  { name: "the intent to accept", action: "accept", moment: logged("accepting") },
  { name: "the write of an accept", action: "accept", moment: writing },
  { name: "the file of an accept", action: "accept", moment: changed() },
  { name: "the outcome of an accept", action: "accept", moment: logged("accepted") },
  { name: "the intent to accept several files", action: "accept all", moment: logged("accepting") },
  { name: "the first of several files", action: "accept all", moment: changed(1) },
  { name: "the second of several files", action: "accept all", moment: changed(2) },
  { name: "a rejection", action: "reject", moment: logged("rejected") },
  { name: "the intent to undo", action: "undo", moment: logged("undoing") },
  { name: "the file of an undo", action: "undo", moment: changed() },
  { name: "the outcome of an undo", action: "undo", moment: logged("undone") },
  { name: "the file of a redo", action: "redo", moment: changed() },
  { name: "the boundary of a follow-up", action: "follow-up", moment: logged("boundary") },
  { name: "tool.called of a follow-up", action: "follow-up", moment: logged("tool.called") },
];

/** Six kills from a seed: one in a task, which leaves hunks to decide, four in decisions, and one in the follow-up. */
export function sampleOf(seed: number): Kill[] {
  const chance = chanceOf(seed);
  const drawn = (among: Step[], count: number): Step[] => {
    const left = [...among];
    return Array.from({ length: count }, () => left.splice(chance.below(left.length), 1)[0]!);
  };
  const of = (...actions: Step["action"][]) => steps.filter(({ action }) => actions.includes(action));
  return [
    ...steps.filter(({ name }) => name === "the fifth look of a task"),
    ...drawn(of("accept"), 2),
    ...drawn(of("undo", "redo", "reject"), 1),
    ...drawn(of("accept all"), 1),
    ...drawn(of("follow-up"), 1),
  ].map((step, index) => ({ step, victim: index % 3 === 2 ? "server" : "host", later: chance.below(4) }));
}

/** Every step with both victims, each as soon as it is seen and some milliseconds later. */
export function everyKill(seed: number): Kill[] {
  const chance = chanceOf(seed);
  return [0, 1, 2].flatMap((round) =>
    steps.flatMap((step) =>
      (["host", "server"] as const).map((victim) => ({ step, victim, later: round === 0 ? 0 : chance.below(12) })),
    ),
  );
}

/** One kill: where, what, and how many milliseconds after the moment was seen. */
export interface Kill {
  step: Step;
  victim: Victim;
  later: number;
}
