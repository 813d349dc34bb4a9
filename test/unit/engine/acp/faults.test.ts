/** How a turn of an outside agent goes wrong: each a named end with what to do, within its time, and nothing left running. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { acpEngine } from "../../../../src/engine/acp/index.ts";
import { ground, play, type Played } from "./playing.ts";

const another = /choose another agent/;

describe("a fault of an outside agent is a named state", () => {
  for (const [does, message, remedy] of [
    ["gone", /^Scripted ended by itself \(code 1\)\.$/, /cannot start/],
    ["crashes", /^Scripted ended by itself \(code 3\)\.$/, /Its last words: out of luck\./],
    ["crashes-in-a-call", /^Scripted ended by itself \(code 7\)\.$/, another],
    ["version", /^Scripted speaks another version of the Agent Client Protocol\.$/, another],
    ["login", /^Scripted is not logged in\.$/, /Log in: Run `scripted login`/],
    ["garbage-later", /^Scripted does not speak the Agent Client Protocol\.$/, /npm WARN something/],
    ["one-endless-message", /^Scripted wrote without end and was stopped: one message of more than 32 MB\.$/, another],
    ["floods", /^Scripted wrote without end and was stopped: more than 32,000,000 characters in one turn\.$/, another],
  ] as const)
    it(`when it ${does.replaceAll("-", " ")}`, async () => {
      using at = ground();
      const { ended, events } = await play(at, does);
      assert.equal(ended.how, "failed");
      assert.match(ended.message ?? "", message);
      assert.match(ended.remedy ?? "", remedy);
      assertPaired(events);
    });

  it("when it was not started", async () => {
    using at = ground();
    const engine = acpEngine({
      name: "Scripted",
      servers: [],
      mayRead: () => false,
      met: () => {},
      start: async () => ({ kind: "not started", why: "there is no such program", remedy: "Install it." }),
    });
    const turn = {
      history: [],
      report: "",
      prompt: "x",
      attachments: [],
      root: at.draft,
      agree: async () => false,
      ask: async () => null,
    };
    const events: unknown[] = [];
    for await (const event of engine.run(turn, new AbortController().signal)) events.push(event);
    assert.deepEqual(events.at(-1), {
      kind: "ended",
      how: "failed",
      message: "Scripted was not started: there is no such program.",
      remedy: "Install it.",
    });
  });

  it("goes on where it only sends what nobody knows", async () => {
    using at = ground();
    const { ended, events } = await play(at, "odd-updates");
    assert.equal(ended.how, "done");
    assert.ok(events.some((event) => event.kind === "said" && event.text === "still here"));
  });

  it("can be gone on from with another agent", async () => {
    using at = ground();
    const first = await play(at, "crashes", { prompt: "First words." });
    const second = await play(at, "", { history: first.history, name: "Other" });
    assert.equal(second.ended.how, "done");
  });
});

describe("a stop ends a turn within a second, with nothing left running", () => {
  for (const [does, when] of [
    ["stops", "text"],
    ["never-stops", "call"],
    ["runs", "called"],
    ["mute", "step"],
    ["garbage", "step"],
  ] as const)
    it(`of an agent that ${does.replaceAll("-", " ")}, at “${when}”`, async () => {
      using at = ground();
      const { ended, events, stoppedIn } = await play(at, does, {
        seen: (event, stop) => void (event.kind === when && stop()),
      });
      assert.equal(ended.how, "stopped");
      assert.ok(stoppedIn < 1_000, `${stoppedIn} ms`);
      assertPaired(events);
      assert.equal(leftIn(at.draft), "");
    });

  it("also before it began", async () => {
    using at = ground();
    const { ended } = await play(at, "", { seen: (event, stop) => void (event.kind === "message" && stop()) });
    assert.equal(ended.how, "stopped");
  });
});

/** Every call that was called has one answer, every step its end. */
function assertPaired(events: Played["events"]): void {
  const of = (kind: string): number => events.filter((event) => event.kind === kind).length;
  assert.equal(of("called"), of("answered"));
  assert.equal(of("step"), of("step.ended"));
}

/** Processes whose folder is the draft. */
function leftIn(draft: string): string {
  return execFileSync(
    "sh",
    ["-c", 'for p in /proc/[0-9]*; do [ "$(readlink $p/cwd 2>/dev/null)" = "$1" ] && echo $p; done; true', "sh", draft],
    { encoding: "utf8" },
  ).trim();
}
