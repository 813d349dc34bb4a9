/**
 * Asking the person: a question with a few answers to choose from, and room for words of their own.
 *
 * The review goes on while it waits. Always: what comes back is what the person chose, or that nobody did.
 */
import type { TurnRequest } from "../../protocol/index.ts";
import type { Result } from "./result.ts";

export const askDescription =
  "Ask the person a question that you cannot answer from the project, with two to six answers to choose from. " +
  "Use it when the work could go in different directions; not for permission, and not for what you can find out.";

const [longestQuestion, longestChoice] = [2_000, 300];

export async function askPerson(
  turn: Pick<TurnRequest, "ask">,
  { question, choices }: { question: string; choices: string[] },
  signal: AbortSignal,
): Promise<Result> {
  if (question.trim() === "") return { ok: false, text: "ask_person: the question is empty" };
  if (question.length > longestQuestion || choices.some((choice) => choice.length > longestChoice))
    return { ok: false, text: `ask_person: at most ${longestQuestion} characters, and ${longestChoice} for a choice` };
  const reply = await turn.ask(
    {
      kind: "choice",
      title: question,
      lines: [],
      folder: "",
      options: [
        ...choices.map((label, index) => ({ id: `choice ${index}`, label, kind: "choice" as const })),
        { id: "none", label: "None of These", kind: "refuse" as const },
      ],
      note: "",
    },
    signal,
  );
  if (reply === null) return { ok: false, text: "The person stopped the turn before they answered." };
  const chosen = choices[Number(/^choice (\d+)$/.exec(reply.option)?.[1] ?? -1)];
  const words = reply.why === undefined ? "" : ` They said: ${reply.why}`;
  return {
    ok: true,
    text: `${chosen === undefined ? "The person chose none of these." : `The person chose: ${chosen}.`}${words}`,
  };
}
