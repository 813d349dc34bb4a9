/**
 * Resume: a session of an earlier window, as it was.
 *
 * The log is replayed, a turn that was cut off gets its end, writes that were cut off are settled by what the files
 * hold, and the draft is looked at again. No turn begins by itself; nothing is decided.
 */
import { openDesk, type Desk } from "./desk.ts";
import { lookAgain } from "./looking.ts";
import { closeQuestions } from "./questions.ts";
import { recover } from "./recovering.ts";
import { prepareDraft } from "./start.ts";
import { supervise, type Supervision } from "./supervise.ts";
import type { SessionParts, Supervised } from "./supervised.ts";
import type { SessionId } from "../protocol/index.ts";
import { sessionFold } from "../state/index.ts";

/** Opens the session again. Where another window has it, it is read-only. */
export async function resumeSession(parts: SessionParts, id: SessionId): Promise<Supervised> {
  const log = await parts.memory.open(id, "write", sessionFold);
  const desk = openDesk(parts, log, log.folded);
  if (log.writable) {
    await recover(desk);
    if (desk.state.draft) desk.draft = await parts.drafts.open(desk.state.draft.id, parts.folder.path, log.bodies);
    if (desk.draft) await lookAgain(desk);
    await closeQuestions(desk);
    if (desk.state.turnOpen) await desk.append({ kind: "turn.ended", turn: desk.state.turn, how: "interrupted" });
    if (log.torn) {
      const text = `The end of this session's log was damaged: ${log.torn.bytes} bytes were set aside in ${log.torn.file}.`;
      await desk.append({ kind: "note", text });
    }
  }
  const session: Supervision = supervise(desk, (signal) => prepareDraft(desk, session, signal));
  void tellAltered(desk);
  return session;
}

/** Says, once, that the log was changed after it was written. The session can be read and continued all the same. */
async function tellAltered(desk: Desk): Promise<void> {
  const verified = await desk.log.verified;
  if (verified.kind !== "altered" || !desk.log.writable) return;
  const text = `${verified.why} What is shown of this session may not be what happened.`;
  const told = desk.state.talk.some((item) => item.kind === "note" && item.text === text);
  // A log that cannot be written says so at the next decision.
  if (!told) await desk.inTurn(() => desk.append({ kind: "note", text })).catch(() => {});
}
