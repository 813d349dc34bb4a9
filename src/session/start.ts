/**
 * Start: from a task's text to a session with a log; its draft is made when its first turn begins.
 */
import { emptyState } from "../state/index.ts";
import type { DraftFile } from "../protocol/index.ts";
import { openDesk, type Desk } from "./desk.ts";
import { filesInDraft, type FileState } from "../state/index.ts";
import { inTree } from "./looking.ts";
import { supervise, type Supervision } from "./supervise.ts";
import type { NewTask, SessionParts, Supervised } from "./supervised.ts";

/** A new session. Its first event is in the log when this resolves; `prompt` begins the work. */
export async function startSession(parts: SessionParts, task: NewTask): Promise<Supervised> {
  const survey = task.survey ?? (await parts.drafts.survey(parts.folder.path));
  const log = await parts.memory.create();
  const desk = openDesk(parts, log, emptyState());
  const { uri, name } = parts.folder;
  await desk.append({
    kind: "session.started",
    version: 1,
    session: log.session,
    goal: task.goal,
    workspace: { uri, name, ...(survey.rootCommit ? { rootCommit: survey.rootCommit } : {}) },
    connection: task.connection,
    engine: task.connection.agent ? "acp" : "anthropic",
  });
  for (const note of survey.notes) await desk.append({ kind: "note", text: note });
  const session: Supervision = supervise(desk, (signal) => prepareDraft(desk, session, signal));
  return session;
}

/** What the log says the draft held: texts at their paths in the draft, nothing where they were before, then modes; links go first and come last. */
function draftFiles(desk: Desk): DraftFile[] {
  const files = filesInDraft(desk.state);
  const texts = files.filter((file) => file.attribute === null);
  const taken = new Set(texts.map((file) => file.draftPath));
  const left = texts.filter((file) => !taken.has(file.path)).map(({ path }) => ({ path, before: null, after: null }));
  const links = files.filter((file) => file.attribute === "link");
  const gone = links.filter((file) => file.revision.draft === null);
  const modes = files.filter((file) => file.attribute === "mode");
  const written = (file: FileState): DraftFile => ({
    path: file.draftPath,
    ...inTree(file.attribute),
    before: null,
    after: file.revision.draft,
  });
  const there = [...texts, ...modes, ...links.filter((file) => !gone.includes(file))];
  return [...gone.map(written), ...left, ...there.map(written)];
}

/** Makes the draft where there is none, or none any more, and puts into it what this session has seen of it before. */
export async function prepareDraft(desk: Desk, session: Supervision, signal: AbortSignal): Promise<void> {
  if (await desk.draft?.alive()) return;
  await desk.draft?.close();
  desk.draft = null;
  const { drafts, files, folder } = desk.parts;
  session.copying({ files: 0, bytes: 0 });
  const progress = (count: number, bytes: number) => session.copying({ files: count, bytes });
  const draft = await drafts.make(folder.path, desk.log.bodies, await files.unsaved(), progress, signal);
  session.copying(null);
  await desk.inTurn(async () => {
    let writes = draftFiles(desk);
    // The copy holds the person's files: what it really holds comes back as "moved", and is written over then.
    while (writes.length > 0) {
      const wrote = await draft.write(writes);
      writes = writes.flatMap((one, index) => {
        const result = wrote[index]!;
        // Where it holds what was expected and cannot be written, the person has put something in the way: the next look tells.
        const again = result.kind === "moved" && result.now !== one.after && result.now !== one.before;
        return again ? [{ ...one, before: result.now }] : [];
      });
      signal.throwIfAborted();
    }
    await desk.append({
      kind: "draft.made",
      draft: draft.id,
      files: draft.files,
      bytes: draft.bytes,
      left: draft.left,
    });
    desk.draft = draft;
  });
}
