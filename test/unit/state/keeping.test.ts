/**
 * Keeping: a state that was given away in pieces comes back as it was, and folds on as it would have.
 */
import assert from "node:assert/strict";
import type { SessionEvent } from "../../../src/protocol/index.ts";
import { emptyState, foldLine, sessionFold, stateOf, type SessionState } from "../../../src/state/index.ts";
import { playHistory } from "../session/history.ts";

/** Through JSON and back, as a file would do it. */
function keptAndBack(state: SessionState): SessionState | null {
  const restored = sessionFold.restore();
  for (const piece of sessionFold.pieces(state)) {
    const line = typeof piece === "string" ? piece : JSON.stringify(piece);
    assert.ok(!line.includes("\n"));
    restored.take(typeof piece === "string" ? line : JSON.parse(line));
  }
  return restored.done();
}

/** The state with every revision at hand. */
function plain(state: SessionState): unknown {
  const files = [...state.files].map(([id, file]) => [id, { ...file, revisions: [...file.revisions.values()] }]);
  return { ...state, files };
}

async function eventsOf(seed: number): Promise<readonly SessionEvent[]> {
  let events: readonly SessionEvent[] = [];
  await playHistory(seed, 25, (stage) => (events = stage.events()));
  return JSON.parse(JSON.stringify(events)) as SessionEvent[];
}

describe("a kept state", () => {
  it("is equal to the one given away at any moment of a history, and folds on to the same end", async () => {
    for (const seed of [1, 2, 3]) {
      const events = await eventsOf(seed);
      const copy = () => JSON.parse(JSON.stringify(events)) as SessionEvent[];
      const whole = plain(stateOf(copy()));
      for (let cut = 0; cut <= events.length; cut += 7) {
        const back = keptAndBack(stateOf(copy().slice(0, cut)));
        assert.ok(back);
        const now = copy().slice(cut).reduce<SessionState>(foldLine, back);
        assert.deepEqual(plain(now), whole, `seed ${seed}, event ${cut}`);
        const unread = keptAndBack(stateOf(copy().slice(0, cut)));
        assert.deepEqual(plain(unread!), plain(stateOf(copy().slice(0, cut))), `seed ${seed}, event ${cut}`);
      }
    }
  });

  it("can be kept again, and finds a revision of long ago", async () => {
    const events = await eventsOf(4);
    const state = stateOf(events);
    const twice = keptAndBack(keptAndBack(state)!)!;
    assert.deepEqual(plain(twice), plain(state));
    for (const [id, file] of state.files)
      for (const revision of file.revisions.values())
        assert.deepEqual(twice.files.get(id)?.revisions.get(revision.number), revision);
  });

  it("is none where a field of the state is not among the pieces", () => {
    const pieces = [...sessionFold.pieces(emptyState())];
    for (const left of pieces.keys()) {
      const restored = sessionFold.restore();
      for (const [at, piece] of pieces.entries()) if (at !== left) restored.take(piece);
      assert.equal(restored.done(), null);
    }
  });
});
