/** Attacks on the person who reviews. */
import { tests, type Row } from "./row.ts";

const model = "unit/hostile/model.test.ts";
const sources = "unit/hostile/sources.test.ts";
const visible = "unit/webview/visible.test.ts";
const forged = "believes no message of a page without its token, of another page, or of another shape";
const drawn = "says and writes what would deceive, and no character of it is drawn as it came";

export const attacksReview: readonly Row[] = [
  {
    id: "A36",
    name: "instructions in characters that nobody sees",
    tests: [
      ...tests(visible, "leaves no hidden character outside a mark", "a zero-width space between letters"),
      ...tests(model, drawn),
      ...tests("unit/engine/turn.test.ts", "puts the report first, attachments as data, the person's words last"),
      ...tests(
        "unit/engine/hidden.test.ts",
        "is read spelled out, with a line before it that says so",
        "is not taken for a text that looks like its spelling, nor that text for it",
        "is spelled out in the names of files and in errors, and a file is reached by that name",
        "is spelled out in attachments, their names, and the report",
      ),
      ...tests(
        "unit/protocol/characters.test.ts",
        "come back from every text, and none is left in what was spelled out",
      ),
    ],
  },
  {
    id: "A37",
    name: "text that turns around, and letters that pass for others",
    tests: [
      ...tests(
        visible,
        "a right-to-left override",
        "flags a word with look-alike letters of two scripts",
        "a word with one Greek letter",
        "punctuation that looks like another's",
      ),
      ...tests(model, drawn),
    ],
  },
  {
    id: "A38",
    name: "a question that lies about what is accepted",
    tests: [
      ...tests("unit/webview/desk.test.ts", "counts a hunk as seen only with the lines it was seen with"),
      ...tests("unit/webview/desk.test.ts", "shows no decision before the host does"),
      ...tests(
        "host/hostile.test.ts",
        "does nothing for a decision that is played again, in its own proposal or in a later one",
      ),
      ...tests("host/promises.test.ts", "an accept writes exactly what was shown"),
    ],
  },
  {
    id: "A39",
    name: "a change that hides in the diff",
    tests: [
      ...tests(model, "hides no change by attributes of the repository, blanks, long lines, lone returns or bytes"),
      ...tests(visible, "tells tabs from spaces and shows blanks at the end of a changed line"),
      ...tests("unit/session/attributes.test.ts", "is a change of its own beside the text", "with an edit is one file"),
      ...tests(
        "unit/session/links.test.ts",
        "is one change, accepted, undone and redone",
        "is in no bulk accept, and says what it does",
      ),
      ...tests("unit/draft/links.test.ts", "are those that lead to what is copied"),
      ...tests("unit/editor/links.test.ts", "is refused through a linked folder, in .git, in a repository inside"),
      ...tests(
        "unit/session/edges.test.ts",
        "accepted around the person's typing, and undone",
        "show a final line end",
      ),
    ],
  },
  {
    id: "A40",
    name: "terminal sequences in names, texts and answers",
    tests: [
      ...tests(visible, "an escape sequence", "a control character of the second set"),
      ...tests(model, drawn),
      ...tests(
        "host/hostile.test.ts",
        "writes no key anywhere on the disk, and no key, text or terminal sequence into what it logs and reports",
      ),
    ],
  },
  {
    id: "A41",
    name: "a picture or a link that carries a secret away",
    tests: [
      ...tests("unit/webview/html.test.ts", "allows nothing but the host's own script, styles and fonts"),
      ...tests(model, drawn),
      ...tests("ui/restricted.ts", "draws what a hostile model says as text, and asks for nothing"),
    ],
  },
  {
    id: "A42",
    name: "script in the page by a name, a text or an answer",
    tests: [
      ...tests("unit/webview/html.test.ts", "has nothing inline", "lets no value end its attribute"),
      ...tests(sources, "set no text as markup, and make no script of one"),
      ...tests("ui/restricted.ts", "draws what a hostile model says as text, and asks for nothing"),
    ],
  },
  {
    id: "A43",
    name: "messages that are forged or played again",
    tests: tests(
      "host/hostile.test.ts",
      forged,
      "does nothing for a decision that is played again, in its own proposal or in a later one",
    ),
  },
  {
    id: "A44",
    name: "links that run a command of the editor",
    tests: tests(sources, "take trust from the editor alone, and make no text of others trusted"),
  },
];
