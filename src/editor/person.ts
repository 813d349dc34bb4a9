/**
 * The person's side of a session: their files, and what their editor knows of them. A bundle of its own, loaded with the first session.
 */
export { openFiles } from "./files.ts";
export { openInsight } from "./insight.ts";
