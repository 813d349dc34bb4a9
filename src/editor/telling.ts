/**
 * Telling: a session that speaks the person's language.
 *
 * A session speaks English, and so does its log. All that leaves it for a person goes through here: what is shown of it, and its
 * answers. Always: what it does is not changed, nor what it is asked.
 */
import type { Retell } from "../protocol/index.ts";
import type { Answer, Supervised } from "../session/index.ts";

/** What tells a message and a head; it comes with the list of sentences, on first use. */
export type Telling = Pick<typeof import("../protocol/retelling.ts"), "headTold" | "messageTold"> & { tell: Retell };

/** The session with everything that it says told. */
export function sessionTold(session: Supervised, { tell, headTold, messageTold }: Telling): Supervised {
  const answer = async (given: Promise<Answer>): Promise<Answer> => {
    const said = await given;
    return said.kind === "done" ? said : { ...said, text: tell(said.text) };
  };
  return {
    ...session,
    head: () => headTold(session.head(), tell),
    listen: (listener) => session.listen((message) => listener(messageTold(message, tell))),
    everything: async () => (await session.everything()).map((message) => messageTold(message, tell)),
    accept: (items, why) => answer(session.accept(items, why)),
    reject: (items, why) => answer(session.reject(items, why)),
    take: (items) => answer(session.take(items)),
    keep: (items) => answer(session.keep(items)),
    undo: (decision) => answer(session.undo(decision)),
    redo: (decision) => answer(session.redo(decision)),
    reply: (question, option, why) => answer(session.reply(question, option, why)),
    applyThere: (file) => answer(session.applyThere(file)),
  };
}
