/**
 * What a session says, in a language of no letters: all that a person reads of it is told, and only names and values are left.
 */
import assert from "node:assert/strict";
import type { HostMessage } from "../../../src/protocol/index.ts";
import { headTold, messageTold, retelling, sentences } from "../../../src/protocol/retelling.ts";
import { sessionTold } from "../../../src/editor/telling.ts";
import type { Answer } from "../../../src/session/index.ts";
import { scene } from "./scene.ts";

/** Every letter of ours becomes a sign, so that any letter that is seen came from elsewhere. */
const wordless = Object.fromEntries(
  Object.keys(sentences).map((text) => [
    text,
    text.replace(/\{\d+\}|[a-z]/gi, (piece) => (piece.length > 1 ? piece : "¤")),
  ]),
);
const telling = { tell: retelling(wordless), headTold, messageTold };

const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
/** What others have said: names of files, and what the scene's own rooms answer. */
const names =
  /\b(a\.txt|b\.bin|new\.txt|old\.txt|\.vscode\/tasks\.json|edit|kB|B|MB|SHA-256)\b|\.vscode\/tasks\.json|[0-9a-f]{8,}…?/g;

/** The texts of a message that a person reads as ours. */
function saidIn(message: HostMessage): string[] {
  switch (message.kind) {
    case "head": {
      const { doing, notice, undo, redo, decisions } = message.head;
      const words = notice === null ? [] : [notice.text, notice.remedy, ...notice.actions.map(({ label }) => label)];
      return [doing, undo ?? "", redo ?? "", ...words, ...decisions.map(({ summary }) => summary)];
    }
    case "file":
      return [message.file.detail ?? "", ...message.file.hunks.flatMap(({ marks }) => marks)];
    case "talk":
      return message.items.flatMap((item) =>
        item.kind === "note" ? [item.text] : item.kind === "ended" ? [item.text, item.remedy] : [],
      );
    case "say":
      return [message.text];
    default:
      return [];
  }
}

describe("what a session says to a person", () => {
  it("is told in their language: heads, marks, notes, notices, refusals and ends", async () => {
    const stage = await scene({ "a.txt": poem, "old.txt": "goes\n", ".vscode/tasks.json": "{}\n", "b.bin": "b\0\n" });
    const said: string[] = [];
    const answers: Answer[] = [];
    const told = () => sessionTold(stage.session, telling);
    const hear = () => told().listen((message) => said.push(...saidIn(message)));
    const look = async () => {
      for (const message of await told().everything()) said.push(...saidIn(message));
      said.push(...saidIn({ kind: "head", head: told().head() }));
    };
    const items = async () => (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
    const at = async (path: string) =>
      (await stage.pending())
        .filter((one) => one.path === path)
        .map(({ file, revision, hunks }) => ({ file, revision, hunks }));

    hear();
    await stage.turn([
      (draft) =>
        draft.write(
          "a.txt",
          poem.replace("line 3\n", "").replace("line 6", "six").replace("line 9\n", "line 9\nline 3\n"),
        ),
      (draft) => draft.write(".vscode/tasks.json", "{ }\n"),
      (draft) => draft.write("new.txt", "new\n"),
      (draft) => draft.write("b.bin", "b\0c\n"),
      (draft) => draft.remove("old.txt"),
    ]);
    await look();
    answers.push(await told().reject([(await at("a.txt"))[2]!], "no"));
    answers.push(await told().accept(await items()));
    await look();
    stage.type("a.txt", poem.replace("line 6", "my six"));
    await look();
    answers.push(await told().accept(await items()), await told().take(await items()));
    answers.push(await told().accept([{ file: "f9", revision: 1, hunks: ["h1"] }]));
    answers.push(await told().redo(), await told().undo(999), await told().undo());
    await look();
    await stage.turn([
      (draft) => draft.write("a.txt", draft.read("a.txt").replace("line 9", "nine").replace("line 12", "twelve")),
    ]);
    await look();
    stage.refuseWrites("a.txt", "");
    answers.push(await told().accept(await at("a.txt")), await told().undo());
    stage.refuseWrites("a.txt", null);
    stage.atWrite(() => "");
    answers.push(await told().accept(await items()));
    stage.atWrite(null);
    stage.loseDraft();
    await stage.turn([]);
    await look();
    stage.findLog({
      verified: {
        kind: "altered",
        from: 2,
        why: "The kept texts of this session were changed or damaged; some may be missing.",
      },
    });
    await stage.reload();
    hear();
    await look();
    stage.findLog({ writable: false, verified: { kind: "whole" } });
    await stage.reload();
    hear();
    answers.push(await told().accept(await items()));
    await stage.session.prompt("Go on.");
    await look();

    const all = [...said, ...answers.flatMap((answer) => (answer.kind === "done" ? [] : [answer.text]))];
    const left = new Set(all.filter((text) => /[a-z]{2,}/i.test(text.replaceAll(names, ""))));
    assert.deepEqual([...left], []);
    assert.ok(
      new Set(all.filter((text) => text.includes("¤"))).size >= 20,
      `${new Set(all).size} different texts were told`,
    );
    assert.ok(answers.filter(({ kind }) => kind !== "done").length > 6);
    assert.deepEqual(
      stage.events().flatMap((event) => (JSON.stringify(event).includes("¤") ? [event.kind] : [])),
      [],
      "the log stays as it is",
    );
  });
});
