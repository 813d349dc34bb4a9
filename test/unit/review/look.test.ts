/** Laws 3, 5 and 7: how a proposal follows the draft, how the person's text enters it, and how it is folded again. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sides, Verdict } from "../../../src/review/decide.ts";
import { diffLines } from "../../../src/review/diff.ts";
import { named, placesOf } from "../../../src/review/hunks.ts";
import { boundaryOf, lookAt, refusedRanges, takenBack, type FileNow } from "../../../src/review/look.ts";
import { none, sameText, text, type Text } from "../../../src/review/text.ts";

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

describe("a look", () => {
  const cases: {
    name: string;
    reviewed: string;
    proposed: string;
    verdicts: Record<string, Verdict>;
    draft: string;
    next: string;
    refusals: [number, number, boolean][];
  }[] = [
    {
      name: "takes the agent's newest text where nothing is refused",
      reviewed: "abcdef",
      proposed: "aXcdef",
      verdicts: {},
      draft: "aXcdYf",
      next: "aXcdYf",
      refusals: [],
    },
    {
      name: "keeps what was refused out while the agent works elsewhere",
      reviewed: "abcdef",
      proposed: "aXcdef",
      verdicts: { h1: "rejected" },
      draft: "aXcdYf",
      next: "abcdYf",
      refusals: [[1, 2, false]],
    },
    {
      name: "brings a refused hunk back when the agent changes it again",
      reviewed: "abcdef",
      proposed: "aXcdef",
      verdicts: { h1: "rejected" },
      draft: "aZcdef",
      next: "aZcdef",
      refusals: [[1, 2, true]],
    },
    {
      name: "brings a refused hunk back whole when one of its lines is changed",
      reviewed: "abcdef",
      proposed: "aXYZbcdef",
      verdicts: { h1: "rejected" },
      draft: "aXTZbcdef",
      next: "aXTZbcdef",
      refusals: [[1, 4, true]],
    },
    {
      name: "moves a refusal with what the agent puts in above it",
      reviewed: "abcdef",
      proposed: "abcdXf",
      verdicts: { h1: "rejected" },
      draft: "12abcdXf",
      next: "12abcdef",
      refusals: [[6, 7, false]],
    },
    {
      name: "remembers a refused deletion as a place of no lines",
      reviewed: "abcdef",
      proposed: "abdef",
      verdicts: { h1: "rejected" },
      draft: "abdeYf",
      next: "abcdeYf",
      refusals: [[2, 2, false]],
    },
    {
      name: "counts an accepted hunk as reviewed",
      reviewed: "abcdef",
      proposed: "aXcdef",
      verdicts: { h1: "accepted" },
      draft: "aXcdYf",
      next: "aXcdYf",
      refusals: [],
    },
  ];
  for (const { name, reviewed, proposed, verdicts, draft, next, refusals } of cases) {
    it(name, () => {
      const looked = lookAt(
        fileNow(of(reviewed), of(proposed), { verdicts: new Map(Object.entries(verdicts)) }),
        of(draft),
      );
      assert.equal(back(looked.proposed), next);
      assert.deepEqual(
        looked.refusals.map(({ from, to, overtaken }) => [from, to, overtaken]),
        refusals,
      );
      assert.equal(back(looked.draft), draft);
    });
  }

  it("tells where the person's lines stand that overtook a change, one put in right above it among them", () => {
    const { lost } = boundaryOf(fileNow(of("abcdef"), of("axyf")), of("axbczef"));
    const lines = (content: string) => [...content].map((letter) => `${letter}\n`);
    assert.deepEqual(lost, [{ from: 1, to: 6, before: lines("bcde"), theirs: lines("xy") }]);
  });

  it("keeps what stands refused where the draft is no text any more, and adds nothing", () => {
    const refusals = [{ decision: 1, revision: 1, hunk: "h1", from: 0, to: 1, overtaken: true }];
    const verdicts = new Map<string, Verdict>([["h1", "rejected"]]);
    for (const draft of [none, { kind: "opaque", id: "1" } as const])
      assert.deepEqual(refusedRanges(fileNow(of("abc"), of("aXc"), { draft, verdicts, refusals })), refusals);
    const looked = lookAt(fileNow(of("abc"), of("aXc"), { verdicts, refusals }), none);
    assert.deepEqual(looked.refusals, [], "where no text is, nothing of it stands refused");
    for (const draft of [none, { kind: "opaque", id: "1" } as const]) {
      const file = fileNow(of("abc"), of("abc"), { draft, refusals });
      assert.deepEqual(lookAt(file, of("abc")).refusals, [], "nor where there was none");
      assert.deepEqual(boundaryOf(file, of("abc")).refusals, [], "nor at a boundary");
    }
  });

  it("carries each refusal by itself", () => {
    const file = fileNow(of("abcdefgh"), of("aXcdeYgh"), {
      verdicts: new Map([
        ["h1", "rejected"],
        ["h2", "rejected"],
      ]),
    });
    const first = lookAt(file, of("aXcdeYgh1"));
    assert.deepEqual(
      first.refusals.map(({ from, to, overtaken }) => [from, to, overtaken]),
      [
        [1, 2, false],
        [5, 6, false],
      ],
    );
    const second = lookAt(
      fileNow(first.reviewed, first.proposed, { draft: first.draft, refusals: first.refusals }),
      of("aXcdeZgh1"),
    );
    assert.deepEqual(
      [back(second.proposed), second.refusals.map((one) => one.overtaken)],
      ["abcdeZgh1", [false, true]],
    );
  });

  it("is the draft itself where nothing was ever refused, and the draft counts as seen", () => {
    fc.assert(
      fc.property(some, some, some, (reviewed, proposed, draft) => {
        const looked = lookAt(fileNow(reviewed, proposed), draft);
        assert.ok(
          sameText(looked.proposed, draft) && sameText(looked.draft, draft) && sameText(looked.reviewed, reviewed),
        );
      }),
    );
  });

  it("that finds nothing changes nothing", () => {
    fc.assert(
      fc.property(some, some, fc.boolean(), (reviewed, proposed, rejected) => {
        const file = fileNow(reviewed, proposed);
        const verdicts = new Map(
          file.sides.hunks.map((hunk) => [hunk.id, rejected ? "rejected" : "accepted"] as const),
        );
        const looked = lookAt({ ...file, verdicts }, file.draft);
        assert.ok(
          sameText(looked.proposed, rejected ? reviewed : proposed) &&
            sameText(looked.reviewed, rejected ? reviewed : proposed),
        );
        assert.ok(looked.refusals.every((one) => !one.overtaken));
        assert.deepEqual(looked.refusals.length, refusedRanges({ ...file, verdicts }).length);
      }),
    );
  });
});

describe("a boundary", () => {
  const cases: {
    name: string;
    reviewed: string;
    proposed: string;
    user: string;
    next: string;
    lost: { yours: string; before: string; theirs: string }[];
  }[] = [
    {
      name: "takes the person's text as reviewed and keeps what is pending beside it",
      reviewed: "abcdef",
      proposed: "aXcdef",
      user: "abcd1f",
      next: "aXcd1f",
      lost: [],
    },
    {
      name: "lets the person's change win, and keeps the agent's with three sides",
      reviewed: "abcdef",
      proposed: "aXcdYf",
      user: "a1cdef",
      next: "a1cdYf",
      lost: [{ yours: "1", before: "b", theirs: "X" }],
    },
    {
      name: "keeps a deletion that the person's text overtook",
      reviewed: "abcdef",
      proposed: "adef",
      user: "ab1def",
      next: "ab1def",
      lost: [{ yours: "b1", before: "bc", theirs: "" }],
    },
    {
      name: "keeps a change of lines the person took out",
      reviewed: "abcdef",
      proposed: "aXcdef",
      user: "acdef",
      next: "acdef",
      lost: [{ yours: "", before: "b", theirs: "X" }],
    },
    {
      name: "does not count lines put in beside the clash as part of it",
      reviewed: "abcdef",
      proposed: "aXYdef",
      user: "a1c2def",
      next: "a1c2def",
      lost: [{ yours: "1c", before: "bc", theirs: "XY" }],
    },
    {
      name: "keeps two clashes apart",
      reviewed: "abcdef",
      proposed: "aXcdYf",
      user: "a1cd2f",
      next: "a1cd2f",
      lost: [
        { yours: "1", before: "b", theirs: "X" },
        { yours: "2", before: "e", theirs: "Y" },
      ],
    },
    {
      name: "counts equal changes as the person's own",
      reviewed: "abcdef",
      proposed: "aXcdef",
      user: "aXcdef",
      next: "aXcdef",
      lost: [],
    },
  ];
  for (const { name, reviewed, proposed, user, next, lost } of cases) {
    it(name, () => {
      const bounded = boundaryOf(fileNow(of(reviewed), of(proposed)), of(user));
      assert.deepEqual([back(bounded.reviewed), back(bounded.proposed)], [user, next]);
      const yours = bounded.reviewed.kind === "lines" ? bounded.reviewed.lines : [];
      const bare = (lines: readonly string[]) => lines.join("").replaceAll("\n", "");
      assert.deepEqual(
        bounded.lost.map((one) => ({
          yours: bare(yours.slice(one.from, one.to)),
          before: bare(one.before),
          theirs: bare(one.theirs),
        })),
        lost,
      );
    });
  }

  it("keeps all three sides where a whole file was overtaken", () => {
    const bounded = boundaryOf(fileNow(of("ab"), of("aX")), none);
    assert.deepEqual(
      [bounded.reviewed, bounded.proposed, bounded.lostWhole],
      [none, none, { before: of("ab"), theirs: of("aX") }],
    );
  });

  // Every line is one of its kind here, so that there is one way only to lay two texts beside each other.
  const deeds = fc.array(fc.constantFrom("keep", "keep", "change", "drop", "add"), { minLength: 9, maxLength: 9 });
  const worked = (who: string, what: readonly string[]) =>
    what.flatMap((deed, at) => {
      if (deed === "change") return [`${who} ${at}\n`];
      if (deed === "add") return [`${at}\n`, `${who} ${at}\n`];
      return deed === "keep" ? [`${at}\n`] : [];
    });

  it("keeps every line of the person's and every line of the agent's: in the proposal, or in what was lost", () => {
    fc.assert(
      fc.property(deeds, deeds, (agent, person) => {
        const reviewed = worked(
          "",
          Array.from(agent, () => "keep"),
        );
        const [theirs, yours] = [worked("agent", agent), worked("mine", person)];
        const bounded = boundaryOf(fileNow({ kind: "lines", lines: reviewed }, { kind: "lines", lines: theirs }), {
          kind: "lines",
          lines: yours,
        });
        assert.ok(bounded.proposed.kind === "lines");
        const proposed = bounded.proposed.lines;
        for (const line of yours)
          if (line.startsWith("mine")) assert.ok(proposed.includes(line), "the person's text always wins");
        const lost = bounded.lost.flatMap((one) => one.theirs);
        for (const line of theirs)
          if (line.startsWith("agent"))
            assert.ok(proposed.includes(line) !== lost.includes(line), "nothing is dropped in silence");
        const changes = diffLines(yours, proposed);
        let last = 0;
        for (const one of bounded.lost) {
          assert.ok(one.from >= last && one.to >= one.from && one.to <= yours.length, "in order, apart, inside");
          last = one.to;
          assert.deepEqual(
            yours.slice(one.from, one.to).filter((line) => !line.startsWith("mine") && !one.before.includes(line)),
            [],
          );
          assert.ok(
            one.from === one.to || !changes.some((change) => change.from < one.to && change.to > one.from),
            "where the person won, nothing else is proposed",
          );
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("taking back", () => {
  const cases: [string, string, string, string, string | null][] = [
    ["gives the text of before where nothing came after", "abcdef", "aXcdef", "aXcdef", "abcdef"],
    ["keeps what came after beside it", "abcdef", "aXcdef", "aXcd1f", "abcd1f"],
    ["is not possible over a later change of the same lines", "abcdef", "aXcdef", "a1cdef", null],
    ["changes nothing where it is taken back already", "abcdef", "aXcdef", "abcdef", "abcdef"],
  ];
  for (const [name, before, after, now, expected] of cases) {
    it(name, () => {
      const result = takenBack(of(before), of(after), of(now));
      assert.equal(result && back(result), expected);
    });
  }

  it("of a whole file is possible only where it is as it was left", () => {
    assert.deepEqual(takenBack(none, of("ab"), of("ab")), none);
    assert.equal(takenBack(none, of("ab"), of("abc")), null);
  });
});
