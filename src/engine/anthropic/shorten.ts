/**
 * Shorten: what leaves a conversation that the model cannot take in any more.
 *
 * Pure. The rule: long results of tools, but for those in the newest messages, are replaced by a line that says how much was
 * there. Words, calls and thinking stay as they are, and so does the order.
 * Always: the given messages are not changed; what was kept of them elsewhere stays whole.
 */
import type { Kept } from "./kept.ts";

/** Messages at the end that stay whole: the model is at work on them. */
const newest = 4;
/** Characters up to which a result stays. */
const short = 500;

export interface Shortened {
  messages: Kept[];
  /** What was left out: how many results, and how many characters of them. */
  results: number;
  characters: number;
}

/** The messages without the long results of long ago; those before `from` are not sent, and stay as they are. */
export function shortened(messages: readonly Kept[], from = 0): Shortened {
  let results = 0;
  let characters = 0;
  const shorter = messages.map((message, index): Kept => {
    if (message.role !== "user" || index < from || index >= messages.length - newest) return message;
    const content = message.content.map((block) => {
      const { type, content: text } = block;
      if (type !== "tool_result" || typeof text !== "string" || text.length <= short) return block;
      results++;
      characters += text.length;
      return { ...block, content: `[dropped: ${text.length} characters of an earlier result; call the tool again]` };
    });
    return { ...message, content };
  });
  return { messages: shorter, results, characters };
}
