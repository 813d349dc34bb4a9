/** Law 4 in a session: what is stale depends on which decisions stand, not on their order, nor on who made a change first. */
import assert from "node:assert/strict";
import { scene } from "./scene.ts";

const lines = (letters: string) => [...letters].map((letter) => `${letter}\n`).join("");

/** The file's hunks by their state, after hunks were accepted one by one; what the person has is read in between. */
async function statesAfter(texts: Record<"reviewed" | "proposed" | "user", string>, order: readonly number[]) {
  const stage = await scene({ a: lines(texts.reviewed) });
  await stage.turn([(draft) => draft.write("a", lines(texts.proposed))]);
  stage.type("a", lines(texts.user));
  const [file] = (await stage.view()).files;
  for (const place of order) {
    const hunks = [file!.hunks[place]!.id];
    assert.deepEqual(await stage.session.accept([{ file: file!.id, revision: file!.revision, hunks }]), {
      kind: "done",
    });
    // No lines of a hunk are never taken; but what the person has is read for it.
    const open = { file: file!.id, revision: file!.revision, hunks: [file!.hunks[0]!.id] };
    await stage.session.acceptRows(open, { old: [], new: [] });
  }
  const states = (await stage.view()).files[0]!.hunks.map(({ state }) => state);
  const text = stage.user.get("a");
  await stage.session.close();
  return { states, text };
}

describe("hunks of a file in which the person did by hand what one of them does", () => {
  // The last line is changed alike by both; the person moved or took out others.
  const cases = [
    { reviewed: "abcd", proposed: "XacZ", user: "bXMcZ", text: "XMcZ", states: ["pending", "accepted", "accepted"] },
    { reviewed: "abcde", proposed: "bcadZ", user: "dZ", text: "adZ", states: ["stale", "accepted", "accepted"] },
  ];
  for (const { text, states, ...texts } of cases)
    it(`are as stale after it was accepted first as after it was accepted last: ${texts.user}`, async () => {
      for (const order of [
        [1, 2],
        [2, 1],
      ])
        assert.deepEqual(await statesAfter(texts, order), { states, text: lines(text) });
    });
});
