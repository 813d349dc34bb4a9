/**
 * The session room: the order of things in one supervised task.
 */
export type { Answer, NewTask, SessionParts, Supervised } from "./supervised.ts";
export { startSession } from "./start.ts";
export { resumeSession } from "./resume.ts";
