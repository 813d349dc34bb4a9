/**
 * Kept: a message of the conversation as it is kept between turns. To everyone but this engine it is opaque.
 */
import type { Block } from "./gather.ts";

/** A message as it is kept. */
export interface Kept {
  role: "user" | "assistant";
  content: Block[];
  /** The model that said it: another model cannot read its thinking. */
  model?: string;
}
