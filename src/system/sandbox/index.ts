/**
 * The sandbox: what a command or an agent can reach, and that nothing of it outlives its task.
 *
 * Always: what a profile does not name cannot be reached; without the tool nothing runs.
 */
export { argumentsOf, environmentOf, insideHome, type SystemPlace } from "./profile.ts";
export { enterDraft, realFolder } from "./room.ts";
export { openSandbox, type SandboxOptions } from "./sandbox.ts";
export { seatbeltText } from "./seatbelt.ts";
