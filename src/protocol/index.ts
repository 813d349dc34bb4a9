/**
 * The shared words: ids, session events, the page's messages, and the interfaces between rooms.
 *
 * Imports no room and nothing of Node; every room may import it.
 */
export * from "./agents.ts";
export * from "./attributes.ts";
export * from "./characters.ts";
export * from "./connection.ts";
export * from "./commands.ts";
export * from "./ids.ts";
export * from "./insight.ts";
export * from "./limits.ts";
export * from "./media.ts";
export * from "./events.ts";
export * from "./fold.ts";
export * from "./questions.ts";
export * from "./rooms.ts";
export type { Retell } from "./retelling.ts";
export * from "./sandbox.ts";
export * from "./secrets.ts";
export * from "./translate.ts";
export * from "./view.ts";
