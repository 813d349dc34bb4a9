/**
 * The shared words: ids, session events, the page's messages, and the interfaces between rooms.
 *
 * Imports no room and nothing of Node; every room may import it.
 */
export * from "./ids.ts";
export * from "./events.ts";
export * from "./rooms.ts";
export * from "./view.ts";
