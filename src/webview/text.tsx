/**
 * Text: the only way a text of a file, a path or a model reaches the page, and the icons beside it.
 *
 * Always: text is drawn as text nodes, character by character what came in, odd ones as boxes; nothing is cut off
 * without a button that says how much more there is.
 */
import { useState } from "preact/hooks";
import type { Parts } from "../protocol/view.ts";
import { marked } from "./marked.ts";
import { spansOf } from "./spans.ts";
import { isOdd, spelled, visible, type Run, type Slot } from "./visible.ts";
import { numeral, t } from "./words.ts";

const none: Parts = [];
const longestLine = 2000;
const moreOfALine = 20_000;

export function Text({ text, slot }: { text: string; slot?: Slot }) {
  return <>{visible(text, slot).map(drawRun)}</>;
}

/** One line of a file: isolated, left to right, wrapped. `words`: the parts of it that changed. */
export function Line({ text, changed, words = none }: { text: string; changed: boolean; words?: Parts }) {
  const [length, setLength] = useState(longestLine);
  const left = text.length - length;
  const shown = left > 0 ? text.slice(0, wholeAt(text, length)) : text;
  return (
    <bdi dir="ltr" class="line">
      {marked(visible(shown, { blanks: changed }), words).map((piece, index) =>
        piece.changed ? (
          <span class="word" key={index}>
            {piece.runs.map(drawRun)}
          </span>
        ) : (
          piece.runs.map(drawRun)
        ),
      )}
      {left > 0 && (
        <button class="more" data-hidden onClick={() => setLength(length + moreOfALine)}>
          {t("show {0} more characters", numeral(left))}
        </button>
      )}
    </bdi>
  );
}

/** A path: the folder quiet, the name strong. */
export function Path({ path }: { path: string }) {
  const cut = path.lastIndexOf("/") + 1;
  return (
    <bdi dir="ltr" class="path" title={spelled(path)}>
      {cut > 0 && (
        <span class="folder">
          <Text text={middle(path.slice(0, cut))} />
        </span>
      )}
      <span class="name">
        <Text text={path.slice(cut)} />
      </span>
      {isOdd(path) && <span class="badge warn">{t("odd characters in this name")}</span>}
    </bdi>
  );
}

/** A text of several lines, as somebody wrote it. */
export function Prose({ text }: { text: string }) {
  return (
    <p class="prose" dir="auto">
      <Text text={text} slot={{ lines: true }} />
    </p>
  );
}

/** The agent's words: as they are, with what stands between single backticks set as code. */
export function Words({ text }: { text: string }) {
  return (
    <p class="prose" dir="auto">
      {spansOf(text).map((span, index) => {
        const words = <Text text={span.text} slot={{ lines: true }} />;
        return span.code ? <code key={index}>{words}</code> : words;
      })}
    </p>
  );
}

export function Icon({ name, spins = false }: { name: string; spins?: boolean }) {
  return <i class={`icon icon-${name}${spins ? " spins" : ""}`} aria-hidden="true" />;
}

function drawRun(run: Run) {
  switch (run.kind) {
    case "text":
      return run.text;
    case "blank":
      return <span class={run.trailing ? "blank trailing" : "blank"}>{run.text.split("").map(drawBlank)}</span>;
    case "mixed":
      return (
        <span class="mixed" title={run.why}>
          {run.text}
        </span>
      );
    case "mark":
      return (
        <span class="odd" title={run.name}>
          {run.label}
        </span>
      );
  }
}

function drawBlank(character: string) {
  return character === "\t" ? <span class="tab">{character}</span> : character;
}

/** Where to cut so that no character is halved. */
function wholeAt(text: string, length: number): number {
  return /[\ud800-\udbff]/.test(text[length - 1] ?? "") ? length - 1 : length;
}

const longestFolder = 160;

/** A very long folder with its middle left out; the whole of it is in the tooltip. */
function middle(folder: string): string {
  const characters = [...folder];
  if (characters.length <= longestFolder) return folder;
  return `${characters.slice(0, 80).join("")} … ${characters.slice(-60).join("")}`;
}
