/** Who works on a session may change between its turns; words may interrupt a turn. */
import assert from "node:assert/strict";
import type { Connection } from "../../../src/protocol/index.ts";
import { scene } from "./scene.ts";

const other: Connection = {
  name: "Other",
  endpoint: "",
  model: "",
  key: "",
  agent: { name: "Other", version: "1.2" },
};

describe("another engine for a session", () => {
  it("is logged, said, and there again after a reload", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    await stage.turn([]);
    assert.deepEqual(await stage.session.choose(other), { kind: "done" });
    assert.equal(stage.session.connection.name, "Other");
    const chosen = stage.events().find((event) => event.kind === "engine.chosen");
    assert.deepEqual(chosen?.kind === "engine.chosen" && [chosen.engine, chosen.connection], ["acp", other]);
    assert.ok(
      stage.events().some((event) => event.kind === "note" && event.text === "From here on Other 1.2 does the work."),
    );
    await stage.reload();
    assert.deepEqual(stage.session.connection, other);
    assert.equal(stage.session.head().connection, "Other 1.2");
  });

  it("waits for the end of the turn that runs", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    let answer: unknown;
    await stage.turn([async () => void (answer = await stage.session.choose(other))]);
    assert.deepEqual(answer, { kind: "refused", text: "The agent is still working: stop it, or wait for its end." });
    assert.equal(stage.session.connection.name, "Test");
  });
});

describe("words that are sent now", () => {
  it("end the turn that runs, cross the boundary, and go on with what was refused and said", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    let sent: Promise<void> | undefined;
    await stage.turn([
      (draft) => (sent ? undefined : draft.write("a.txt", "two\n")),
      async () => {
        if (sent) return;
        const [hunk] = await stage.pending();
        await stage.session.reject([hunk!], "Leave it.");
        sent = stage.session.sendNow("Do something else.");
      },
    ]);
    await sent;
    const ends = stage.events().flatMap((event) => (event.kind === "turn.ended" ? [event.how] : []));
    assert.deepEqual(ends, ["stopped", "done"]);
    assert.equal(stage.requests[1]!.prompt, "Do something else.");
    assert.match(stage.requests[1]!.report, /Rejected in a\.txt .*: Leave it\./);
  });

  it("are an ordinary prompt where nothing runs", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    await stage.session.sendNow("Begin.");
    assert.equal(stage.requests[0]!.prompt, "Begin.");
  });
});
