/**
 * The same job by every family of engines: proposed, reviewed, refused with reasons, gone on with, remembered.
 *
 * An agent that is not there has no tests here; the lane says so before it begins.
 */
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { recapOf } from "../../src/state/index.ts";
import { builtIn, calls, demoJob, families, job, says } from "./families.ts";
import { openStage, textsOf, type Stage } from "./stage.ts";

const { here } = await families();

for (const family of here) {
  const outside = family.agent !== null;
  describe(`the job, done by ${family.name} ${family.version}`.trim(), function () {
    this.timeout(180_000);
    let stage: Stage;
    let pristine: Record<string, string>;
    before(async () => {
      stage = await openStage(family, demoJob());
      pristine = textsOf(stage.folder);
      await stage.session.prompt("Do the job.");
    });
    after(() => stage[Symbol.asyncDispose]());

    it("ends by itself, and says who did it", () => {
      const ended = stage.events().findLast((event) => event.kind === "turn.ended");
      assert.equal(ended?.how, "done", JSON.stringify(ended));
      const started = stage.events()[0];
      assert.equal(started?.kind === "session.started" && started.engine, outside ? "acp" : "anthropic");
    });

    it("brings at least eight hunks in three files, one file created and one deleted, and promise 1: changes nothing of the person’s", async () => {
      const files = await stage.files();
      const hunks = await stage.waiting();
      assert.ok(files.length >= 3 && hunks.length >= 8, `${files.length} files, ${hunks.length} hunks`);
      assert.deepEqual(new Set(files.map(({ change }) => change)), new Set(["changed", "created", "deleted"]));
      assert.deepEqual(textsOf(stage.folder), pristine);
    });

    it("tells what was refused and why at the next boundary, once, and the refused lines are gone from the draft before it works on", async () => {
      const [first, ...rest] = (await stage.waiting()).filter(({ file }) => file.path === "src/money.js");
      assert.ok(first && rest.length > 0);
      assert.deepEqual(await stage.session.reject([first.item], "Nobody asked for this."), { kind: "done" });
      assert.deepEqual(await stage.session.accept([rest[0]!.item]), { kind: "done" });
      appendFileSync(join(stage.folder, "README.md"), "\nTyped by the person.\n");
      const added = first.hunk.rows.filter(({ kind }) => kind === "added").map(({ text }) => text);
      let seen: string | null = null;
      stage.meanwhile = () => void (seen ??= readFileSync(join(stage.draft(), "src/money.js"), "utf8"));
      const before = stage.requests.length;
      await stage.session.prompt("Please look at what I rejected.");
      stage.meanwhile = () => {};
      assert.ok(
        seen !== null && added.some((line) => !(seen as string).includes(line)),
        "the refused lines still stood",
      );
      const told = stage.requests.slice(before).map(({ body }) => JSON.stringify(body));
      const withReason = told.filter((text) => text.includes("Nobody asked for this."));
      assert.ok(withReason.length > 0 && withReason[0]!.includes("Rejected in src/money.js"));
      assert.ok(told.some((text) => text.includes("The person changed README.md themselves")));
      assert.ok(readFileSync(join(stage.draft(), "README.md"), "utf8").includes("Typed by the person."));
      assert.equal(
        stage.events().filter((event) => event.kind === "boundary" && event.told.includes("Nobody asked")).length,
        1,
      );
    });

    it("is the same after the window was closed and opened again, with its recap, and goes on from there", async () => {
      const [files, head] = [await stage.files(), stage.session.head()];
      await stage.reload();
      assert.deepEqual(await stage.files(), files);
      assert.deepEqual(stage.session.head().counts, head.counts);
      const recap = recapOf(stage.events());
      assert.equal(recap.goal, "Do the job.");
      assert.equal(recap.connection, family.name === builtIn.name ? builtIn.name : family.name);
      assert.equal(recap.accepted, head.counts.accepted);
      const before = stage.requests.length;
      await stage.session.prompt("And what is left?");
      assert.equal(stage.events().findLast((event) => event.kind === "turn.ended")?.how, "done");
      const last = JSON.stringify(stage.requests.slice(before).map(({ body }) => body));
      assert.ok(
        last.includes("And what is left?") && last.includes("Please look at what I rejected."),
        "it knows what came before",
      );
    });

    // What an agent of the person’s sends is its own affair.
    if (!outside)
      it("began each request with the one before, over its turns and the reload", () => {
        const { requests, conversations, breaks } = stage.beginnings();
        assert.ok(requests > 5, `${requests} requests`);
        assert.deepEqual({ conversations, breaks }, { conversations: 1, breaks: [] });
      });

    it("undoes and redoes what was decided, byte for byte", async () => {
      const now = textsOf(stage.folder);
      assert.deepEqual(await stage.session.undo(), { kind: "done" });
      assert.notDeepEqual(textsOf(stage.folder), now);
      assert.deepEqual(await stage.session.redo(), { kind: "done" });
      assert.deepEqual(textsOf(stage.folder), now);
    });
  });

  describe(`promise 7, with ${family.name}`, function () {
    this.timeout(180_000);

    it("nobody writes into the draft while it works: what is refused and typed meanwhile waits for the next turn", async () => {
      const turns = [
        [
          [calls("write", { file_path: "one.txt", content: "one\n" })],
          [calls("write", { file_path: "two.txt", content: "two\n" })],
          [calls("read", { file_path: "one.txt" })],
          [says("Done.")],
        ],
        [[says("Heard.")]],
      ];
      await using stage = await openStage(family, job(turns));
      const refused: unknown[] = [];
      let during = "";
      stage.meanwhile = ({ body }) => {
        const texts = JSON.stringify(body);
        if (!texts.includes("two.txt") || during !== "") return;
        during = "asked";
        // The person refuses and types while the model thinks about its third step.
        void stage.waiting().then(async (hunks) => {
          const one = hunks.find(({ file }) => file.path === "one.txt");
          if (one) refused.push(await stage.session.reject([one.item], "Not this file."));
          writeFileSync(
            join(stage.folder, "package.json"),
            `${readFileSync(join(stage.folder, "package.json"), "utf8")}\n`,
          );
          during = readFileSync(join(stage.draft(), "one.txt"), "utf8");
        });
      };
      await stage.session.prompt("Do it.");
      const at = stage.draft();
      assert.deepEqual(refused, [{ kind: "done" }]);
      assert.equal(during, "one\n");
      assert.equal(readFileSync(join(at, "one.txt"), "utf8"), "one\n", "it stood until the turn’s end");
      stage.meanwhile = () => {};
      await stage.session.prompt("Go on.");
      assert.equal(textsOf(at)["one.txt"], undefined, "the boundary took it back");
      assert.equal(textsOf(at)["package.json"], textsOf(stage.folder)["package.json"]);
    });
  });

  if (outside)
    describe(`what is ${family.name}’s own`, function () {
      this.timeout(180_000);

      it("asks before it runs a command; what the command wrote is reviewed; a reason for a no is told with the next prompt", async () => {
        const turns = [
          [
            [calls("command", { line: "echo from-a-command > made.txt" })],
            [calls("command", { line: "touch /etc/nothing; rm -rf src" })],
            [says("Done.")],
          ],
          [[says("Heard.")]],
        ];
        await using stage = await openStage(family, job(turns));
        stage.answer = ({ lines, options }) => {
          const kind = lines.join("\n").includes("rm -rf") ? "refuse" : "once";
          return {
            option: options.find((option) => option.kind === kind)!.id,
            ...(kind === "refuse" ? { why: "Leave src alone." } : {}),
          };
        };
        await stage.session.prompt("Do it.");
        assert.deepEqual(
          stage.questions.map(({ lines }) => lines[0]),
          ["echo from-a-command > made.txt", "touch /etc/nothing; rm -rf src"],
        );
        assert.deepEqual(
          (await stage.waiting()).map(({ file }) => file.path),
          ["made.txt"],
        );
        const before = stage.requests.length;
        await stage.session.prompt("Go on.");
        assert.ok(JSON.stringify(stage.requests.slice(before).map(({ body }) => body)).includes("Leave src alone."));
      });

      it("stops within a second, and the session goes on", async () => {
        const turns = [
          [[calls("command", { line: "touch made.txt; tail -f README.md" })], [says("Done.")]],
          [[says("Heard.")]],
        ];
        await using stage = await openStage(family, job(turns));
        let asked = 0;
        stage.answer = ({ options }) => {
          // It runs a moment later; a stop has to end it at any moment.
          setTimeout(() => {
            asked = performance.now();
            void stage.session.stop();
          }, 300);
          return { option: options.find(({ kind }) => kind === "once")!.id };
        };
        await stage.session.prompt("Do it.");
        const took = performance.now() - asked;
        assert.ok(asked > 0 && took < 1_000, `${took} ms`);
        assert.equal(stage.events().findLast((event) => event.kind === "turn.ended")?.how, "stopped");
        await stage.session.prompt("Go on.");
        assert.equal(stage.events().findLast((event) => event.kind === "turn.ended")?.how, "done");
      });

      it("hands over to the built-in loop in the middle of a session, and takes over again, each knowing what happened", async () => {
        const turns = [
          [
            [says("I begin."), calls("write", { file_path: "one.txt", content: "one\n" })],
            [says("The first part is done.")],
          ],
          [[calls("write", { file_path: "two.txt", content: "two\n" })], [says("The second part is done.")]],
          [[says("The third part is done.")]],
        ];
        await using stage = await openStage(family, job(turns), [builtIn]);
        await stage.session.prompt("First part.");
        assert.deepEqual(await stage.session.choose(stage.connectionOf(builtIn)), { kind: "done" });
        const before = stage.requests.length;
        await stage.session.prompt("Second part.");
        const second = JSON.stringify(stage.requests.slice(before).map(({ body }) => body));
        assert.ok(second.includes("First part.") && second.includes("The first part is done."));
        await stage.session.choose(stage.connectionOf(family));
        const then = stage.requests.length;
        await stage.session.prompt("Third part.");
        const third = JSON.stringify(stage.requests.slice(then).map(({ body }) => body));
        assert.ok(third.includes("Second part.") && third.includes("The second part is done."));
        assert.deepEqual((await stage.waiting()).map(({ file }) => file.path).sort(), ["one.txt", "two.txt"]);
        assert.equal(stage.events().filter(({ kind }) => kind === "engine.chosen").length, 2);
      });
    });
}
