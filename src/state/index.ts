/**
 * The state room: a session's state as a fold of its events, and what is read off it.
 */
export * from "./session-state.ts";
export * from "./places.ts";
export * from "./fold.ts";
export * from "./recap.ts";
export * from "./keeping.ts";
