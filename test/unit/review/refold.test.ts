/** Law 7: a file's texts folded again without some decisions. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Refusal } from "../../../src/protocol/index.ts";
import type { Sides, Verdict } from "../../../src/review/decide.ts";
import { named, placesOf } from "../../../src/review/hunks.ts";
import { lookAt, type FileNow } from "../../../src/review/look.ts";
import { refold, type Described, type Step } from "../../../src/review/refold.ts";
import { sameText, text, type Text } from "../../../src/review/text.ts";

const of = (content: string): Text => text([...content].map((letter) => `${letter}\n`).join(""));
const back = (one: Text) => (one.kind === "lines" ? one.lines.join("").replaceAll("\n", "") : one.kind);

function fileNow(reviewed: Text, proposed: Text, more: Partial<FileNow> = {}): FileNow {
  const sides: Sides = { reviewed, proposed, hunks: named(placesOf(reviewed, proposed), [], [], 0).hunks };
  return {
    sides,
    verdicts: new Map(),
    draft: proposed,
    refusals: [],
    refusedAs: (hunk) => ({ decision: 1, revision: 1, hunk }),
    ...more,
  };
}

const some = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }).map((lines) => of(lines.join("")));

describe("folding again", () => {
  const describedIn = (sides: Sides, ids: readonly string[], decision: number): Described[] =>
    sides.hunks
      .filter((hunk) => ids.includes(hunk.id))
      .map((hunk) => ({
        from: hunk.from,
        before: sides.reviewed.kind === "lines" ? sides.reviewed.lines.slice(hunk.from, hunk.to) : [],
        after: sides.proposed.kind === "lines" ? sides.proposed.lines.slice(hunk.newFrom, hunk.newTo) : [],
        whole: Boolean(hunk.whole),
        name: { decision, revision: 1, hunk: hunk.id },
      }));
  const start = (content: Text) => ({
    reviewed: content,
    proposed: content,
    draft: content,
    refusals: [] as Refusal[],
  });

  it("with every decision gives what there was", () => {
    fc.assert(
      fc.property(some, fc.array(fc.tuple(some, fc.nat(), fc.boolean()), { maxLength: 5 }), (reviewed, looks) => {
        let file = fileNow(reviewed, reviewed);
        const steps: Step[] = [];
        looks.forEach(([draft, mask, accept], at) => {
          const looked = lookAt(file, draft);
          steps.push({ kind: "look", draft });
          file = fileNow(looked.reviewed, looked.proposed, {
            draft,
            refusals: looked.refusals,
            refusedAs: (hunk) => ({ decision: at, revision: 1, hunk }),
          });
          const ids = file.sides.hunks.filter((_, index) => (mask >> index) & 1).map((hunk) => hunk.id);
          const verdict: Verdict = accept ? "accepted" : "rejected";
          file = { ...file, verdicts: new Map(ids.map((id) => [id, verdict])) };
          if (ids.length > 0)
            steps.push({ kind: "decision", decision: at, verdict, hunks: describedIn(file.sides, ids, at) });
        });
        const folded = refold(start(reviewed), steps, new Set());
        assert.ok(folded.kind === "folded");
        const expected = lookAt(file, file.draft);
        assert.ok(
          sameText(folded.result.reviewed, expected.reviewed) && sameText(folded.result.proposed, expected.proposed),
        );
        assert.deepEqual(folded.result.refusals, expected.refusals);
      }),
      { numRuns: 2000 },
    );
  });

  const twice = (): { steps: Step[] } => {
    const first: Sides = fileNow(of("abcdef"), of("aXcdef")).sides;
    const second: Sides = fileNow(of("aXcdef"), of("aXYdef")).sides;
    return {
      steps: [
        { kind: "look", draft: of("aXcdef") },
        { kind: "decision", decision: 5, verdict: "accepted", hunks: describedIn(first, ["h1"], 5) },
        { kind: "look", draft: of("aXYdef") },
        { kind: "decision", decision: 7, verdict: "accepted", hunks: describedIn(second, ["h1"], 7) },
      ],
    };
  };

  it("without one that a later one builds on is blocked, by the later one's name", () => {
    assert.deepEqual(refold(start(of("abcdef")), twice().steps, new Set([5])), { kind: "blocked", by: 7 });
  });

  it("finds a decided hunk among equal ones by where it was, of two as near the upper one", () => {
    for (const [from, left] of [
      [0, "aqbNc"],
      [1, "aqbNc"],
      [2, "aqbNc"],
      [3, "aNqbc"],
    ] as const) {
      const name = { decision: 5, revision: 1, hunk: "h1" };
      const hunks: Described[] = [{ from, before: [], after: ["N\n"], whole: false, name }];
      const steps: Step[] = [
        { kind: "look", draft: of("aNqbNc") },
        { kind: "decision", decision: 5, verdict: "rejected", hunks },
      ];
      const folded = refold(start(of("aqbc")), steps, new Set());
      assert.equal(folded.kind === "folded" && back(folded.result.proposed), left);
    }
  });

  it("without both gives what was proposed on what was reviewed", () => {
    const folded = refold(start(of("abcdef")), twice().steps, new Set([5, 7]));
    assert.deepEqual(folded.kind === "folded" && [back(folded.result.reviewed), back(folded.result.proposed)], [
      "abcdef",
      "aXYdef",
    ]);
  });
});
