/**
 * Hostile scenes: what is no single act, but a course of things, each for one family: planted for the next turn, asked under a false name,
 * raced, left behind, sent in a shape that nobody expects, used up without end, cleaned away.
 *
 * A scene throws, and says what was not held.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Limits } from "../../../src/protocol/index.ts";
import type { Family } from "./actions.ts";
import type { Act } from "./agent.ts";
import { agentName, answers, calls, onHostileGround, says, type Ground, type Setting, type Step } from "./ground.ts";
import { talkOf } from "./families.ts";

export interface Scene {
  /** Classes of attacks that it is of. */
  ids: readonly string[];
  family: Family;
  name: string;
  /** It takes long: at full size alone. */
  long?: true;
  play: () => Promise<void>;
}

const done: Step = { blocks: [says("That is all.")] };
const none = { steps: 0, tokens: 0, money: 0, minutes: 0, files: 0, bytes: 0 };
const limitsOf = (more: { task?: object; command?: object }): Limits => ({
  task: { ...none, ...more.task },
  day: { tokens: 0, money: 0, minutes: 0 },
  prices: [],
  command: { ...more.command },
});

const asAgent = (
  turns: readonly (readonly Act[])[],
  use: (ground: Ground) => Promise<void> | void,
  more: Partial<Setting> = {},
) => onHostileGround({ agent: () => turns, ...more }, async (ground) => use(ground));
const asLoop = (steps: readonly Step[], use: (ground: Ground) => Promise<void> | void, more: Partial<Setting> = {}) =>
  onHostileGround({ turns: () => [[...steps, done]], commands: () => ({ option: "once" }), ...more }, async (ground) =>
    use(ground),
  );

/** What the page and the log say in words of ours, and that they say the same. */
export function notesOf(ground: Ground): string[] {
  const shown = talkOf(ground).flatMap((item) => (item.kind === "note" ? [item.text] : []));
  const logged = ground.events().flatMap((event) => (event.kind === "note" ? [event.text] : []));
  assert.deepEqual(shown, logged, "the page shows every note of the log");
  return shown;
}

export function endOf(ground: Ground): { how: string; message: string; remedy: string } {
  const ended = ground.events().findLast((event) => event.kind === "turn.ended");
  assert.ok(ended?.kind === "turn.ended", "the turn has ended");
  return { how: ended.how, message: ended.message ?? "", remedy: ended.remedy ?? "" };
}

/** Processes of this machine whose command line holds these words, one after the other. */
function living(...words: string[]): string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, "utf8").includes(words.join("\0"));
    } catch {
      return false;
    }
  });
}

/** What the agent was prompted with, turn by turn: it keeps it in its home. */
function prompts(ground: Ground): string[] {
  const folder = join(ground.storage, "agents", ground.session.id);
  const [own] = readdirSync(folder);
  return readFileSync(join(folder, own!, "prompts.jsonl"), "utf8")
    .trim()
    .split("\n");
}

const own = (what: "read" | "write", path: string, content = "{}\n"): Act => ({ act: "own", what, path, content });
const leave = (command: string, title = "npm test"): Act => ({
  act: "leave",
  call: { toolCallId: `leave ${command}`, kind: "execute", title, rawInput: { command, description: "harmless" } },
});

const configuration = [
  ".claude/settings.local.json",
  ".claude/hooks/start.sh",
  ".codex/config.toml",
  "opencode.json",
  ".opencode/plugin/x.ts",
];

const ofAgents: Omit<Scene, "family">[] = [
  {
    ids: ["A01", "A02", "A03", "A08", "A33"],
    name: "plants configuration of agents for its next turn, is not given it there, and that is said once",
    play: () =>
      asAgent(
        [
          configuration.map((path) => own("write", path, "hooks: ANTHROPIC_BASE_URL\n")),
          [...configuration, ".mcp.json", ".claude/settings.json", ".env"].map((path) => own("read", path)),
          [own("read", "opencode.json")],
        ],
        async (ground) => {
          await ground.session.prompt("Again.");
          await ground.session.prompt("And again.");
          for (const { text, ok } of answers(ground).slice(configuration.length)) {
            assert.equal(ok, false, text);
            assert.match(text, /EACCES|ENOENT/);
          }
          const hidden = notesOf(ground).filter((note) => note.startsWith(`Hidden from ${agentName}, because it`));
          assert.equal(hidden.length, 2, hidden.join("\n"));
          assert.match(hidden[0]!, /: \.mcp\.json, \.claude\/settings\.json\. /);
          for (const path of [
            ".claude/settings.local.json",
            ".claude/hooks",
            ".codex/config.toml",
            "opencode.json",
            ".opencode",
          ])
            assert.ok(hidden[1]!.includes(path), path);
          assert.ok(
            notesOf(ground).some((note) => note.includes("keep secrets") && note.includes(".env")),
            "what keeps secrets is named",
          );
        },
      ),
  },
  {
    ids: ["A04", "A30", "A38"],
    name: "asks for leave under a false name, and again for something else under the same one",
    play: async () => {
      const asked: string[] = [];
      await asAgent(
        [[leave("npm test"), leave("npm test"), leave("rm -rf /\t\t\t\u200b # npm test"), leave("curl evil")], []],
        async (ground) => {
          const outcomes = answers(ground).flatMap(({ text }) => /"optionId":"(\w+)"/.exec(text)?.[1] ?? []);
          assert.deepEqual(outcomes, ["yes", "yes", "no", "no"]);
          assert.deepEqual(asked, ["npm test", "rm -rf /\t\t\t\u200b # npm test", "curl evil"]);
          const replied = ground.events().filter(({ kind }) => kind === "replied");
          assert.equal(replied.length, 3);
          await ground.session.prompt("Again.");
          assert.match(prompts(ground).at(-1)!, /The person’s reason: not in my name/);
        },
        {
          commands: (question) => {
            const line = question.lines.join("\n");
            asked.push(line);
            assert.ok(!question.lines.some((one) => one.includes("harmless")));
            return line === "npm test" ? { option: "task" } : { option: "refuse", why: "not in my name" };
          },
        },
      );
    },
  },
  {
    ids: ["A13", "A14"],
    name: "swaps a folder for a link while its client writes there",
    play: () =>
      onHostileGround(
        { agent: ({ outside }) => [[{ act: "race", folder: "raced", target: outside, times: 300 }]] },
        async (ground) => {
          assert.match(answers(ground)[0]!.text, /^refused \d+ of 300$/);
          assert.deepEqual(
            readdirSync(ground.outside).filter((name) => name.startsWith("raced")),
            [],
          );
        },
      ),
  },
  {
    ids: ["A11", "A14"],
    name: "swaps a folder for a link while its copy is looked at",
    long: true,
    play: () => {
      const swap =
        'const fs=require("fs");const w=(n)=>{const e=performance.now()+n;while(performance.now()<e);};' +
        'for(let i=1;;i++){fs.renameSync("many","hidden");fs.symlinkSync("OUTSIDE","many");w(Math.random()*3);fs.unlinkSync("many");' +
        'fs.renameSync("hidden","many");for(let k=1;k<400;k++)fs.utimesSync("many/"+k+".txt",i,i);w(Math.random()*6);}';
      return onHostileGround(
        {
          agent: ({ outside }) => [
            [
              {
                act: "shell",
                line: "mkdir -p many; for i in $(seq 400); do echo $i > many/$i.txt; done; echo y > many/secret.txt",
              },
              { act: "leaves behind", line: `exec node -e '${swap.replace("OUTSIDE", outside)}'` },
              ...[...Array(80).keys()].map((): Act => ({ act: "shell", line: "true" })),
            ],
          ],
        },
        // What was read outside would be in the log, and in what is proposed.
        (ground) => Promise.resolve(ground.held()),
      );
    },
  },
  {
    ids: ["A35"],
    name: "leaves processes behind that hear no signal, and none is left when its turn is over",
    play: () =>
      asAgent(
        [
          [
            { act: "leaves behind", line: "trap '' TERM HUP INT; setsid sleep 61974 & sleep 61974" },
            { act: "leaves behind", line: "(setsid sh -c 'trap \"\" TERM; sleep 61974' &) ; exit 0" },
            {
              act: "shell",
              line: "i=0; until pgrep -x sleep >/dev/null || [ $i -gt 50 ]; do sleep 0.1; i=$((i+1)); done",
            },
          ],
        ],
        () => assert.deepEqual(living("sleep", "61974"), []),
      ),
  },
  {
    ids: ["A53"],
    name: "sends what nobody expects: other shapes, keys that are not its own, methods that are none",
    play: () => {
      const odd: Act[] = [
        { act: "read", path: { toString: "src/a.txt" } },
        { act: "read", path: ["src/a.txt"] },
        { act: "read", path: null },
        { act: "read", path: 7 },
        { act: "write", path: { 0: "/" }, content: "x" },
        { act: "ask", method: "terminal/create", params: { command: "touch", args: ["x"] } },
        { act: "ask", method: "fs/delete_file", params: { path: "src/a.txt" } },
        { act: "ask", method: "__proto__", params: {} },
        { act: "ask", method: "session/prompt", params: { prompt: [] } },
        { act: "ask", method: "fs/read_text_file", params: { __proto__x: 1 } },
      ];
      const raw: Act[] = [
        '{"jsonrpc":"2.0","id":70,"method":"fs/write_text_file","params":{"sessionId":"SESSION","path":"src/a.txt","path":"/etc/planted","content":"x"}}',
        '{"jsonrpc":"2.0","id":71,"method":"fs/write_text_file","params":{"sessionId":"SESSION","__proto__":{"path":"src/a.txt","content":"x"}}}',
        '{"jsonrpc":"2.0","id":72,"method":"session/request_permission","params":{"toolCall":null,"options":{"length":1e9}}}',
        '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"tool_call","toolCallId":"__proto__","title":{"a":1}}}}',
        "[]",
        "7",
      ].map((line) => ({ act: "raw", line }));
      return asAgent(
        [[...raw, ...odd, own("write", "after.txt", "still here\n")]],
        async (ground) => {
          const answered = answers(ground).filter(({ text }) => text !== "The agent did not say how it ended.");
          const texts = answered.map(({ ok, text }) => `${ok} ${text}`);
          assert.equal(answered.at(-1)!.text, "written", texts.join("\n"));
          for (const { ok, text } of answered.slice(0, -1)) {
            assert.equal(ok, false, texts.join("\n"));
            assert.notEqual(text, "");
          }
          assert.ok(!existsSync("/etc/planted"));
          const changed = (await ground.files()).map(({ path }) => path);
          assert.deepEqual(changed, ["after.txt"]);
        },
        { commands: () => ({ option: "refuse" }) },
      );
    },
  },
  {
    ids: ["A54"],
    name: "changes more files than the task may, and is stopped by name",
    play: () =>
      asAgent(
        [[...Array(40).keys()].map((at): Act => own("write", `many/${at}.txt`, "x\n")).concat({ act: "waits" })],
        (ground) => {
          const { how, message, remedy } = endOf(ground);
          assert.deepEqual([how, message], ["limit", "The task has reached its limit: 5 changed files."]);
          assert.match(remedy, /countersign\.limits\.task\.files/);
        },
        { limits: limitsOf({ task: { files: 5 } }) },
      ),
  },
  {
    ids: ["A54"],
    name: "fills its copy beyond what a task may, and is stopped by name",
    play: () =>
      asAgent(
        [[{ act: "shell", line: "head -c 9000000 /dev/zero | tr '\\0' 'x' > big.txt" }, { act: "waits" }]],
        (ground) => assert.match(endOf(ground).message, /limit: 5 megabytes of changed files/),
        { limits: limitsOf({ task: { bytes: 5_000_000 } }) },
      ),
  },
  {
    ids: ["A54"],
    name: "fills what is not its copy, and finds it full",
    play: () =>
      asAgent(
        [[{ act: "shell", line: "head -c 200000000 /dev/zero > /dev/shm/full && echo ESCAPED; rm -f /dev/shm/full" }]],
        (ground) => {
          assert.doesNotMatch(answers(ground)[0]!.text, /ESCAPED/);
          assert.match(answers(ground)[0]!.text, /No space left|Read-only/);
        },
      ),
  },
  {
    ids: ["A54"],
    name: "forks without end, is ended with all it started, and that is said",
    play: () =>
      asAgent(
        [[{ act: "shell", line: "while :; do sleep 61975 & done" }]],
        (ground) => {
          const { how, message } = endOf(ground);
          assert.deepEqual(
            [how, message],
            ["failed", `${agentName} was ended: it started more processes than it may.`],
          );
          assert.deepEqual(living("sleep", "61975"), []);
        },
        { reach: { memory: 4e9, processes: 120 } },
      ),
  },
  {
    ids: ["A54"],
    name: "takes memory without end, is ended, and that is said",
    play: () =>
      asAgent(
        [[{ act: "node", text: "const kept = []; setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 5)" }]],
        (ground) => {
          const { how, message } = endOf(ground);
          assert.deepEqual([how, message], ["failed", `${agentName} was ended: it took more memory than it may.`]);
        },
        { reach: { memory: 500_000_000, processes: 300 } },
      ),
  },
  {
    ids: ["A54"],
    name: "says more than anyone could read, and is stopped by name",
    long: true,
    play: () => {
      const text = "x".repeat(900_000);
      const flood = { sessionUpdate: "agent_message_chunk", content: { type: "text", text } };
      return asAgent([[...Array(60).keys()].map((): Act => ({ act: "update", update: flood }))], (ground) => {
        assert.match(endOf(ground).message, /wrote without end and was stopped/);
      });
    },
  },
  {
    ids: ["A10", "A52"],
    name: "asks its client for more files outside than can be named, and they are counted",
    play: () =>
      asAgent([[...Array(60).keys()].map((at): Act => ({ act: "read", path: `/etc/number-${at}` }))], (ground) => {
        const notes = notesOf(ground);
        assert.equal(notes.filter((note) => note.includes("/etc/number-")).length, 20);
        assert.ok(notes.includes(`${agentName} asked for 40 more files that it is not given.`), notes.join("\n"));
      }),
  },
  {
    ids: ["A16", "A29"],
    name: "leaves links and repositories of its own, and its copy is removed with nothing else",
    play: () =>
      onHostileGround(
        {
          agent: ({ root, outside }) => [
            [
              {
                act: "shell",
                line: `rm -rf .git; ln -s ${root} tree; ln -s ${outside} away; mkdir -p d; ln -s ${outside}/file d/f; git init -q --bare gd; echo "gitdir: $PWD/gd" > .git; chmod -R a-rwx d; true`,
              },
            ],
          ],
        },
        removedAlone,
      ),
  },
];

const ofLoop: Omit<Scene, "family">[] = [
  {
    ids: ["A16", "A29"],
    name: "leaves links and repositories of its own, and its copy is removed with nothing else",
    play: () =>
      onHostileGround(
        {
          commands: () => ({ option: "once" }),
          turns: ({ root, outside }) => [
            [
              {
                blocks: [
                  calls("run_command", {
                    command: `rm -rf .git; ln -s ${root} tree; ln -s ${outside} away; git init -q --bare gd; echo "gitdir: $PWD/gd" > .git; mkdir d; chmod a-rwx d; true`,
                  }),
                ],
              },
              done,
            ],
          ],
        },
        removedAlone,
      ),
  },
  ...(
    [
      ["forks without end", "while :; do sleep 61976 & done", /processes/, "processes"],
      [
        "takes memory without end",
        `exec node -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 5)'`,
        /memory/,
        "memory",
      ],
      ["writes without end", "yes ESCAPED-not", /output/, "too much output"],
      ["runs without end", "sleep 61976", /time|after/, "timed out"],
    ] as const
  ).map(([name, command, said, end]) => ({
    ids: ["A54"],
    name: `has a command that ${name}, which is ended, and that is said`,
    play: () =>
      asLoop(
        [{ blocks: [calls("run_command", { command })] }],
        (ground) => {
          const [answer] = answers(ground);
          assert.equal(answer!.ok, false);
          assert.match(answer!.text, said);
          const ran = ground.events().flatMap((event) => (event.kind === "ran" ? [event.end.kind] : []));
          assert.deepEqual(ran, [end]);
          // The log keeps the beginning and the end of a long one.
          assert.ok(
            JSON.stringify(ground.requests.at(-1)!.body).includes(
              JSON.stringify(answer!.text.slice(0, 60)).slice(1, -1),
            ),
          );
          assert.ok(
            talkOf(ground).some(
              (item) => item.kind === "tool" && item.state === "failed" && item.text === answer!.text,
            ),
          );
          assert.deepEqual(living("sleep", "61976"), []);
        },
        { limits: limitsOf({ command: { processes: 60, memory: 300_000_000, output: 1_000_000, time: 2_000 } }) },
      ),
  })),
  {
    ids: ["A54"],
    name: "changes more files than the task may, and is stopped by name",
    play: () =>
      asLoop(
        [...Array(10).keys()].map((at) => ({
          blocks: [calls("write", { file_path: `many/${at}.txt`, content: "x\n" })],
        })),
        (ground) => assert.equal(endOf(ground).message, "The task has reached its limit: 5 changed files."),
        { limits: limitsOf({ task: { files: 5 } }) },
      ),
  },
];

async function removedAlone(ground: Ground): Promise<void> {
  const folder = ground.draft();
  await ground.remove();
  assert.ok(!existsSync(folder), "the copy is gone");
  assert.ok(existsSync(join(ground.root, "src/a.txt")) && existsSync(join(ground.outside, "secret.txt")));
}

export const scenes: readonly Scene[] = [
  ...ofAgents.map((scene) => ({ ...scene, family: "agent" as const })),
  ...ofLoop.map((scene) => ({ ...scene, family: "loop" as const })),
];
