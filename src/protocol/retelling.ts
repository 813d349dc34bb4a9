/**
 * Retelling: the English of the rooms behind the page, told in the person's language where it is shown.
 *
 * Session, draft, memory and engine speak English, and the log keeps what they said as a fact. Here a text is recognised as one of
 * theirs, its values are taken out of it, and it is said by the bundle. Sentences in sentences, one after the other, line by
 * line or behind a name are told each; whatever is not recognised stays as it is, because it is somebody's own words.
 * Always: pure; nothing is changed where the bundle knows nothing; a value that cannot be a sentence is never told.
 */
import { plainSentences } from "./sentences.ts";
import { sentenceShapes } from "./sentenceShapes.ts";
import { translator, type Bundle } from "./translate.ts";
import type { HostMessage, HeadView, FileView, TalkItem } from "./view.ts";

/** Everything that is recognised: each template with its places for sentences. */
export const sentences: Readonly<Record<string, string>> = {
  ...Object.fromEntries(plainSentences.map((text) => [text, ""])),
  ...sentenceShapes,
};

/** Tells an English text in the person's language. */
export type Retell = (text: string) => string;

/** Longest text that is looked at: no sentence of ours is longer. */
const longest = 20_000;
/** Ways to cut one text into sentences that are tried before it stays as it is. */
const tries = 400;
/** Texts that are remembered with what they became. */
const remembered = 2000;

interface Shape {
  template: string;
  pattern: RegExp;
  /** What the text begins and ends with: looked at first, because it costs nothing. */
  begin: string;
  end: string;
  /** Places that may hold a sentence. */
  inner: ReadonlySet<number>;
}

/** With a bundle of another language. `catalog` is what is recognised: each template with its places for sentences. */
export function retelling(bundle: Bundle, catalog: Readonly<Record<string, string>> = sentences): Retell {
  const say = translator(bundle);
  const shapes = shapesOf(catalog);
  const told = new Map<string, string>();
  let left = 0;

  /** The text as one sentence; null when it is none of ours. */
  function one(text: string, depth: number): string | null {
    if (left-- <= 0) return null;
    if (Object.hasOwn(catalog, text)) return say(text);
    for (const { template, pattern, begin, end, inner } of shapes) {
      if (!text.startsWith(begin) || !text.endsWith(end)) continue;
      const values = pattern.exec(text)?.slice(1);
      if (values === undefined) continue;
      return say(template, ...values.map((value, at) => (inner.has(at) ? (any(value, depth + 1) ?? value) : value)));
    }
    return null;
  }

  /** The text as sentences in any order of ours; null when no part of it is one. */
  function any(text: string, depth: number): string | null {
    if (left <= 0 || depth > 6 || text.length > longest || !/[A-Za-z]/.test(text)) return null;
    return (
      one(text, depth) ??
      parts(text, "\n", depth, false) ??
      parts(text, "; ", depth, true) ??
      oneAfterOther(text, depth) ??
      behindName(text, depth)
    );
  }

  function parts(text: string, by: string, depth: number, all: boolean): string | null {
    if (!text.includes(by)) return null;
    const found = text.split(by).map((part) => [part, any(part, depth + 1)] as const);
    if (all ? found.some(([, each]) => each === null) : found.every(([, each]) => each === null)) return null;
    return found.map(([part, each]) => each ?? part).join(by);
  }

  function oneAfterOther(text: string, depth: number): string | null {
    for (const { index } of text.matchAll(/(?<=[.!?\u201d)]) /g)) {
      const first = one(text.slice(0, index), depth + 1);
      const rest = text.slice(index + 1);
      if (first !== null) return `${first} ${any(rest, depth + 1) ?? rest}`;
    }
    return null;
  }

  function behindName(text: string, depth: number): string | null {
    for (const { index } of text.matchAll(/: /g)) {
      const rest = any(text.slice(index + 2), depth + 1);
      if (rest !== null) return `${text.slice(0, index)}: ${rest}`;
    }
    return null;
  }

  return (text) => {
    const before = told.get(text);
    if (before !== undefined) return before;
    left = tries;
    const after = any(text, 0) ?? text;
    if (told.size >= remembered) told.clear();
    told.set(text, after);
    return after;
  };
}

/** The most telling first: a template with more of its own text is the better match. */
function shapesOf(catalog: Readonly<Record<string, string>>): Shape[] {
  const own = (template: string): number => template.replace(/\{\d+\}/g, "").length;
  return Object.entries(catalog)
    .filter(([template]) => /\{\d+\}/.test(template))
    .sort(([a], [b]) => own(b) - own(a))
    .map(([template, inner]) => {
      const pieces = template.split(/\{\d+\}/);
      const places = [...template.matchAll(/\{(\d+)\}/g)].map((match) => match[1]!);
      // A value is one line; a sentence may be several.
      const pattern = pieces
        .map((own) => own.replace(/[.*+?^$(){}[\]|\\]/g, "\\$&"))
        .reduce((made, own, at) => `${made}${inner.includes(places[at - 1]!) ? "([^]*?)" : "([^\\n]*?)"}${own}`);
      return {
        template,
        inner: new Set([...inner].map(Number)),
        pattern: new RegExp(`^${pattern}$`, "u"),
        begin: pieces[0]!,
        end: pieces.at(-1)!,
      };
    });
}

// ── What is shown ─────────────────────────────────────────────────────────────────────────────────────────────

/** A message to the page with our sentences told; texts of files, of the person and of the model are as they were. */
export function messageTold(message: HostMessage, tell: Retell): HostMessage {
  switch (message.kind) {
    case "head":
      return { ...message, head: headTold(message.head, tell) };
    case "file":
      return { ...message, file: fileTold(message.file, tell) };
    case "talk":
      return { ...message, items: message.items.map((item) => talkTold(item, tell)) };
    case "say":
      return { ...message, text: tell(message.text) };
    default:
      return message;
  }
}

export function headTold(head: HeadView, tell: Retell): HeadView {
  const { notice } = head;
  return {
    ...head,
    doing: tell(head.doing),
    notice: notice && {
      ...notice,
      text: tell(notice.text),
      remedy: tell(notice.remedy),
      actions: notice.actions.map((action) => ({ ...action, label: tell(action.label) })),
    },
    questions: head.questions.map((question) => ({
      ...question,
      title: tell(question.title),
      note: tell(question.note),
      options: question.options.map((option) => ({ ...option, label: tell(option.label) })),
    })),
    undo: head.undo === null ? null : tell(head.undo),
    redo: head.redo === null ? null : tell(head.redo),
    decisions: head.decisions.map((decision) => ({ ...decision, summary: tell(decision.summary) })),
  };
}

function fileTold(file: FileView, tell: Retell): FileView {
  return {
    ...file,
    ...(file.detail === undefined ? {} : { detail: tell(file.detail) }),
    hunks: file.hunks.map((hunk) => ({ ...hunk, marks: hunk.marks.map(tell) })),
  };
}

function talkTold(item: TalkItem, tell: Retell): TalkItem {
  if (item.kind === "note") return { ...item, text: tell(item.text) };
  if (item.kind === "question") return { ...item, title: tell(item.title), answer: tell(item.answer) };
  return item.kind === "ended" ? { ...item, text: tell(item.text), remedy: tell(item.remedy) } : item;
}
