/**
 * A hostile model in a hostile repository: whatever it tries, nothing runs, nothing is asked elsewhere, nothing is changed, and each
 * refusal is a named error that the model reads and the log keeps.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../draft/place.ts";
import { play } from "../engine/api.ts";
import { visible } from "../../../src/webview/visible.ts";
import { answers, calls, onHostileGround, says, secret, waiting, type Ground, type Step } from "./ground.ts";
import { deceitsWith, obeyed, oddNames } from "./names.ts";
import { namesTried } from "./tries.ts";

const done: Step = { blocks: [says("That is all.")] };

/** What the model read as errors in its last request. */
function errorsRead(ground: Ground): number {
  const body = ground.requests.at(-1)!.body as {
    messages: { content: { type?: string; is_error?: boolean }[] | string }[];
  };
  return body.messages
    .flatMap(({ content }) => (typeof content === "string" ? [] : content))
    .filter((one) => one.is_error).length;
}

describe("a hostile model", function () {
  this.timeout(120_000);

  it("reaches nothing outside, behind a link or in .git, by any name and with any tool, and reads why", async () => {
    const { tried, failed, cases } = await namesTried({ seed: 1, names: 90 });
    assert.deepEqual(cases, []);
    assert.equal(failed, 0);
    assert.ok(tried > 500, `${tried} tried`);
  });

  it("gets no further with a link that came after a verdict, in the draft or on the way of an accept", async () => {
    const plant: Step = {
      blocks: [
        calls("write", { file_path: "src/deep/x.txt", content: "through" }),
        calls("read", { file_path: "src/deep/secret.txt" }),
        calls("write", { file_path: "swapped/x.txt", content: "later" }),
      ],
      meanwhile: (ground) => {
        rmSync(join(ground.draft(), "src/deep"), { recursive: true });
        symlinkSync(ground.outside, join(ground.draft(), "src/deep"));
      },
    };
    const first = { blocks: [calls("write", { file_path: "src/deep/y.txt", content: "y" })] };
    await onHostileGround({ turns: () => [[first, plant, done]] }, async (ground) => {
      const said = answers(ground);
      assert.deepEqual(
        said.map(({ ok }) => ok),
        [true, false, false, true],
      );
      assert.match(said[1]!.text, /through a link/);
      assert.equal(errorsRead(ground), 2);
      const [planted, only] = await waiting(ground);
      assert.deepEqual(
        [planted!.file.path, planted!.file.change, planted!.hunk.apart],
        ["src/deep", "link", "protected"],
      );
      assert.equal(only!.file.path, "swapped/x.txt");
      ground.accepted.add("swapped");
      ground.beforeWrite = () => symlinkSync(ground.outside, join(ground.root, "swapped"));
      const answer = await ground.session.accept([only!.item]);
      assert.match(answer.kind === "refused" ? answer.text : answer.kind, /through a link/);
      assert.ok(!existsSync(join(ground.outside, "x.txt")));
    });
  });

  it("writes nothing over what came in the very moment of an accept", async () => {
    const step = { blocks: [calls("edit", { file_path: "src/a.txt", old_string: "three", new_string: "3" })] };
    for (const swap of ["another text", "a link"] as const) {
      await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
        const target = join(ground.root, "src/a.txt");
        ground.accepted.add("src/a.txt");
        ground.beforeWrite = () => {
          rmSync(target);
          if (swap === "a link") symlinkSync(join(ground.outside, "secret.txt"), target);
          else writeFileSync(target, "mine\n");
        };
        const answer = await ground.session.accept([(await waiting(ground))[0]!.item]);
        assert.notEqual(answer.kind, "done");
        assert.equal(readFileSync(target, "utf8"), swap === "a link" ? `${secret}\n` : "mine\n");
        assert.equal(readFileSync(join(ground.outside, "secret.txt"), "utf8"), `${secret}\n`);
      });
    }
  });

  it("writes nothing through links that the repository brought along, wherever tools keep their things", async () => {
    const paths = ["linked/new.txt", ".countersign/rules.yml", ".cursor/worktrees/x/a.txt", "dangling"];
    const step = { blocks: paths.map((path) => calls("write", { file_path: path, content: "through" })) };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      const hunks = await waiting(ground);
      assert.equal(hunks.length, paths.length, "the draft has no links: there they are files like others");
      for (const { item } of hunks) {
        const answer = await ground.session.accept([item]);
        assert.match(answer.kind === "refused" ? answer.text : answer.kind, /link/);
      }
    });
  });

  it("changes no other name of a file that has several", async () => {
    const step = { blocks: [calls("edit", { file_path: "src/hard.txt", old_string: "the", new_string: "THE" })] };
    await onHostileGround(
      {
        prepare: ({ root, outside }) => {
          writeFileSync(join(outside, "other-name.txt"), "the one\n");
          linkSync(join(outside, "other-name.txt"), join(root, "src/hard.txt"));
        },
        turns: () => [[step, done]],
      },
      async (ground) => {
        ground.accepted.add("src/hard.txt");
        // The link count of the other name goes down with it.
        ground.accepted.add("../project-evil/other-name.txt");
        for (const { item } of await waiting(ground)) assert.equal((await ground.session.accept([item])).kind, "done");
        assert.equal(readFileSync(join(ground.root, "src/hard.txt"), "utf8"), "THE one\n");
        assert.equal(readFileSync(join(ground.outside, "other-name.txt"), "utf8"), "the one\n");
      },
    );
  });

  it("writes nothing into a submodule or a repository inside, and neither is entered", async () => {
    const paths = ["module/new.txt", "module/.vscode/tasks.json", "inner/x.txt"];
    const step = { blocks: paths.map((path) => calls("write", { file_path: path, content: "x" })) };
    await onHostileGround(
      {
        prepare: ({ root, evil }) => {
          for (const name of ["module", "inner"]) {
            mkdirSync(join(root, name));
            git(join(root, name), "init", "-q");
            writeFileSync(join(root, name, "a.txt"), "a\n");
            git(join(root, name), "add", "-A");
            git(join(root, name), "commit", "-q", "-m", "base");
          }
          const id = git(join(root, "module"), "rev-parse", "HEAD").trim();
          for (const name of ["module", "inner"]) git(join(root, name), "config", "core.fsmonitor", evil);
          execFileSync("git", [
            "--git-dir",
            join(root, ".git"),
            ...[
              "-c",
              "core.fsmonitor=false",
              "-c",
              "core.hooksPath=/dev/null",
              "update-index",
              "--add",
              "--cacheinfo",
              `160000,${id},module`,
            ],
          ]);
        },
        turns: () => [[step, done]],
      },
      async (ground) => {
        assert.ok(!existsSync(join(ground.draft(), "module/a.txt")));
        for (const { item } of await waiting(ground)) {
          const answer = await ground.session.accept([item]);
          assert.match(answer.kind === "refused" ? answer.text : answer.kind, /repository of its own/);
        }
      },
    );
  });

  it("gives files names that look like options, patterns or code, and they are names", async () => {
    const step = { blocks: oddNames.map((name) => calls("write", { file_path: name, content: `of ${name}` })) };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      assert.deepEqual(
        answers(ground).filter(({ ok }) => !ok),
        [],
      );
      const hunks = await waiting(ground);
      assert.equal(hunks.length, oddNames.length);
      for (const name of oddNames) ground.accepted.add(name);
      for (const { item } of hunks) assert.equal((await ground.session.accept([item])).kind, "done");
      for (const name of oddNames) assert.equal(readFileSync(join(ground.root, name), "utf8"), `of ${name}`);
    });
  });

  it("hides no change by attributes of the repository, blanks, long lines, lone returns or bytes", async () => {
    const long = "x".repeat(1_000_000);
    const step = {
      blocks: [
        calls("edit", { file_path: "src/a.txt", old_string: "two", new_string: "two \t" }),
        calls("write", { file_path: "min.txt", content: `${long}evil()` }),
        calls("write", { file_path: "returns.txt", content: "fine\revil()\n" }),
        calls("write", { file_path: "bytes.txt", content: "fine\n\0evil()\n" }),
        calls("delete", { file_path: "README.md" }),
      ],
    };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      const shown = new Map((await ground.files()).map((file) => [file.path, file]));
      const added = (path: string) =>
        shown
          .get(path)!
          .hunks.flatMap((hunk) => hunk.rows.filter((row) => row.kind === "added").map((row) => row.text));
      assert.deepEqual(added("src/a.txt"), ["two \t"]);
      assert.deepEqual(added("min.txt"), [`${long}evil()`]);
      assert.deepEqual(added("returns.txt"), ["fine", "evil()"]);
      assert.equal(shown.get("returns.txt")!.hunks[0]!.rows[0]!.end, "cr");
      assert.match(shown.get("bytes.txt")!.detail ?? "", /new file, 13 B/);
      assert.equal(shown.get("README.md")!.change, "deleted");
    });
  });

  it("says and writes what would deceive, and no character of it is drawn as it came", async () => {
    await onHostileGround(
      {
        turns: ({ canaryUrl }) => {
          const deceits = deceitsWith(canaryUrl);
          return [
            [
              {
                blocks: [
                  ...deceits.map(says),
                  calls("write", { file_path: "src/deceit.txt", content: deceits.join("\n") }),
                  ...deceits.map((text) => calls("plan", { steps: [{ text, status: "done" }] })),
                  ...deceits.map((text) => calls("read", { file_path: text })),
                ],
              },
              done,
            ],
          ];
        },
      },
      async (ground) => {
        const drawn: string[] = [];
        const walk = (value: unknown): void => {
          if (typeof value === "string") drawn.push(value);
          else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
        };
        walk(ground.told);
        assert.ok(drawn.some((text) => text.includes("\u001b")) && drawn.some((text) => text.includes("\u202e")));
        for (const text of drawn)
          for (const run of visible(text, { lines: true }))
            if (run.kind !== "mark") assert.ok(!/(?![\t\n])[\p{Cc}\p{Cf}]/u.test(run.text));
        const log = JSON.stringify(ground.events());
        assert.ok(!/(?!\u007f)\p{Cc}/u.test(log.replace(/[\u0080-\u009f]/g, "")));
      },
    );
  });

  it("gets nothing that others run or obey into a bulk accept, in any spelling, there already or not", async () => {
    const step = {
      blocks: [
        ...obeyed.map((path) => calls("write", { file_path: path, content: `evil ${path}\n` })),
        calls("edit", { file_path: "package.json", old_string: '"preinstall": "', new_string: '"preinstall": "x; ' }),
        calls("write", { file_path: "data.json", content: '{ "$schema": "https://evil.invalid/" }\n' }),
        calls("write", { file_path: "src/plain.txt", content: "plain\n" }),
        calls("edit", { file_path: "src/a.txt", old_string: "three", new_string: "3" }),
      ],
    };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      const hunks = await waiting(ground);
      const marked = hunks.filter(({ hunk }) => hunk.marks.some((mark) => mark.startsWith("protected: ")));
      assert.deepEqual(
        marked.map(({ file }) => file.path).toSorted(),
        [...obeyed, "package.json", "data.json"].toSorted(),
      );
      for (const path of ["src/plain.txt", "src/a.txt"]) ground.accepted.add(path);
      const answer = await ground.session.accept(hunks.map(({ item }) => item));
      assert.equal(answer.kind, "refused");
      for (const { file } of marked)
        assert.ok(answer.kind === "refused" && answer.text.includes(`${file.path}: protected: `), file.path);
      assert.equal(readFileSync(join(ground.root, "src/plain.txt"), "utf8"), "plain\n");
      ground.held();
      const taken = await ground.session.take(marked.map(({ item }) => item));
      assert.equal(taken.kind, "refused");
      assert.equal((await waiting(ground)).length, marked.length);
      ground.held();
    });
  });

  it("gets such a file in by a decision of its own, and out again", async () => {
    const step = { blocks: [calls("write", { file_path: ".vscode/tasks.json", content: "{}\n" })] };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      const [only] = await waiting(ground);
      assert.match(only!.hunk.marks.join(), /protected: VS Code runs tasks from this file/);
      ground.accepted.add(".vscode/tasks.json");
      assert.equal((await ground.session.accept([only!.item])).kind, "done");
      assert.equal(readFileSync(join(ground.root, ".vscode/tasks.json"), "utf8"), "{}\n");
      assert.equal((await ground.session.undo()).kind, "done");
      assert.ok(!existsSync(join(ground.root, ".vscode/tasks.json")));
    });
  });

  it("has no tool that runs, fetches or reaches further, however it is called", async () => {
    const names = ["bash", "shell", "computer", "web_fetch", "mcp__x__y", "Read", "__proto__", "constructor", "read "];
    const step = {
      blocks: [
        ...names.map((name) => calls(name, { command: "touch x", file_path: "src/a.txt" })),
        calls("read", { file_path: "src/a.txt", __proto__x: 1 }),
        calls("read", { file_path: { toString: "src/a.txt" } }),
      ],
    };
    await onHostileGround({ turns: () => [[step, done]] }, async (ground) => {
      assert.equal(answers(ground).length, step.blocks.length);
      for (const { ok, text } of answers(ground)) {
        assert.equal(ok, false);
        assert.match(text, /There is no tool|is not a key|has to be/);
      }
      assert.equal(errorsRead(ground), step.blocks.length);
    });
  });

  it("finds no trust and no other history in a repository that borrows another's", async () => {
    await onHostileGround(
      {
        prepare: ({ root, outside, evil }) => {
          git(outside, "init", "-q", "-b", "main");
          git(outside, "commit", "-q", "--allow-empty", "-m", "trusted");
          git(outside, "config", "core.fsmonitor", evil);
          writeFileSync(join(root, ".git/commondir"), `${outside}/.git\n`);
        },
        turns: () => [[done]],
      },
      async (ground) => assert.equal(ground.session.head().activity, "idle"),
    );
  });
});

describe("an endpoint that sends the request elsewhere", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`is not followed: ${status}`, async () => {
      const elsewhere: string[] = [];
      const { events, sent } = await play({
        answers: [
          (response) => void response.writeHead(status, { location: "/elsewhere" }).end(),
          (response) => {
            elsewhere.push("asked");
            response.end("{}");
          },
        ],
      });
      assert.deepEqual(elsewhere, []);
      assert.ok(sent.every(({ url }) => !url.includes("elsewhere")));
      const end = events.at(-1)!;
      assert.ok(end.kind === "ended" && end.how === "failed" && (end.message ?? "") !== "");
    });
  }
});
