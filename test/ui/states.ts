/**
 * States: what the host would send for each picture of the review page.
 *
 * Data only. Always: each state is complete by itself, as after a reload.
 */
// The lines shown are code, with its own braces and dollar signs.
/* eslint-disable no-template-curly-in-string */
import type {
  FileView,
  HeadView,
  HostMessage,
  HunkState,
  HunkView,
  RowView,
  TalkItem,
} from "../../src/protocol/view.ts";
import { byLines } from "./statesByLines.ts";

/** A moment of the day on which this is run, in UTC: so the page shows the time alone. */
function today(hours: number, minutes: number): number {
  return new Date().setUTCHours(hours, minutes, 0, 0);
}

const head: HeadView = {
  session: "01jd8m3f5qk2v7x9y4t6w8z0ab",
  goal: "Make the rate limiter survive a restart, and say why a request was refused",
  folder: "parcel-api",
  connection: "Demo · claude-sonnet-5-5",
  activity: "idle",
  doing: "",
  counts: { files: 3, pending: 4, accepted: 2, rejected: 1, stale: 0 },
  plan: [
    { text: "Read the limiter and its tests", status: "done" },
    { text: "Keep the counters in the store", status: "done" },
    { text: "Give each refusal a reason", status: "in_progress" },
    { text: "Update the README", status: "pending" },
  ],
  notice: null,
  questions: [],
  undo: "accepted 1 hunk in src/limiter.ts",
  redo: null,
  decisions: [
    {
      seq: 31,
      verb: "accepted",
      summary: "accepted 1 hunk in src/limiter.ts",
      standing: true,
      at: today(9, 12),
    },
    {
      seq: 34,
      verb: "rejected",
      summary: "rejected 1 hunk in src/refusal.ts",
      why: "Nobody waits for it; keep it synchronous.",
      standing: true,
      at: today(9, 13),
    },
    {
      seq: 37,
      verb: "accepted",
      summary: "accepted 1 hunk in src/limiter.ts",
      standing: true,
      at: today(9, 15),
    },
  ],
  usage: { input: 4120, output: 2890, cacheRead: 38_400, cacheWrite: 5200 },
};

const talk: TalkItem[] = [
  { kind: "prompt", text: "Make the rate limiter survive a restart, and say why a request was refused.", turn: 1 },
  { kind: "thought", text: "The counters live in a Map. The store has an atomic increment, so they can move there." },
  { kind: "said", text: "I will look at the limiter first, then at who calls it." },
  { kind: "tool", name: "read", summary: "read src/limiter.ts", state: "ok", text: "42 lines" },
  {
    kind: "tool",
    name: "grep",
    summary: "grep “new Limiter” in src",
    state: "ok",
    text: "src/server.ts:18\nsrc/jobs/retry.ts:7",
  },
  { kind: "tool", name: "edit", summary: "edit src/limiter.ts", state: "ok", text: "Replaced 4 lines." },
  {
    kind: "tool",
    name: "edit",
    summary: "edit src/refusal.ts",
    state: "failed",
    text: "The old text was found twice.",
  },
  { kind: "tool", name: "write", summary: "write src/refusal.ts", state: "ok", text: "" },
  {
    kind: "said",
    text: "Counters now live in the store under `limit:<key>`. A refusal carries its reason and the seconds to wait.",
  },
  { kind: "ended", how: "done", text: "4 hunks in 3 files are ready for review.", remedy: "" },
];

/** Rows from lines that begin with " ", "-" or "+". */
function rows(from: number, lines: readonly string[]): RowView[] {
  let old = from;
  let now = from;
  return lines.map((line): RowView => {
    const text = line.slice(1);
    if (line.startsWith("-")) return { kind: "removed", text, old: old++ };
    if (line.startsWith("+")) return { kind: "added", text, new: now++ };
    return { kind: "context", text, old: old++, new: now++ };
  });
}

function hunk(id: string, state: HunkState, list: RowView[], more: Partial<HunkView> = {}): HunkView {
  const count = (kind: RowView["kind"]) => list.filter((row) => row.kind === kind).length;
  return { id, state, rows: list, removed: count("removed"), added: count("added"), marks: [], ...more };
}

function file(id: string, path: string, hunks: HunkView[], more: Partial<FileView> = {}): HostMessage {
  return {
    kind: "file",
    part: 0,
    file: { id, path, revision: 2, change: "changed", hunks, total: hunks.length, ...more },
  };
}

function whole(changes: Partial<HeadView>, files: HostMessage[], rest: HostMessage[] = []): HostMessage[] {
  const order = files.flatMap((message) => (message.kind === "file" && message.part === 0 ? [message.file.id] : []));
  const hunks = files.flatMap((message) => (message.kind === "file" ? message.file.hunks : []));
  const count = (...wanted: HunkState[]) => hunks.filter(({ state }) => wanted.includes(state)).length;
  const counts = {
    files: order.length,
    pending: count("pending", "stale", "overtaken"),
    accepted: count("accepted"),
    rejected: count("rejected"),
    stale: count("stale", "overtaken"),
  };
  return [
    { kind: "head", head: { ...head, counts, ...changes } },
    { kind: "talk", from: 0, items: talk },
    { kind: "order", files: order },
    ...files,
    ...rest,
    { kind: "complete" },
  ];
}

const limiterRows = rows(12, [
  " export class Limiter {",
  "-  private readonly counts = new Map<string, number>();",
  "+  constructor(private readonly store: Store) {}",
  " ",
  "-  allow(key: string): boolean {",
  "-    const count = (this.counts.get(key) ?? 0) + 1;",
  "-    this.counts.set(key, count);",
  "-    return count <= this.limit;",
  "+  async allow(key: string): Promise<Verdict> {",
  "+    const count = await this.store.increment(`limit:${key}`, { expire: this.window });",
  '+    return count <= this.limit ? allowed : refused("rate", this.window);',
  "   }",
]);

const importRows = rows(1, [
  ' import type { Clock } from "./clock.ts";',
  '+import { allowed, refused, type Verdict } from "./refusal.ts";',
  '+import type { Store } from "./store.ts";',
  " ",
]);

const serverRows = rows(41, [
  '   const key = request.headers.get("x-api-key") ?? request.address;',
  "-  if (!limiter.allow(key)) return new Response(null, { status: 429 });",
  "+  const verdict = await limiter.allow(key);",
  '+  if (verdict.kind === "refused") {',
  '+    return Response.json({ reason: verdict.reason }, { status: 429, headers: { "retry-after": `${verdict.seconds}` } });',
  "+  }",
  "   return handle(request);",
]);

const refusalRows = rows(1, [
  "+/** Why a request was not let through. */",
  '+export type Verdict = { kind: "allowed" } | { kind: "refused"; reason: Reason; seconds: number };',
  '+export type Reason = "rate" | "quota" | "blocked";',
  "+",
  '+export const allowed: Verdict = { kind: "allowed" };',
  "+",
  "+export function refused(reason: Reason, seconds: number): Verdict {",
  '+\treturn { kind: "refused", reason, seconds };  ',
  "+}",
]);

const limiter = file("f1", "src/limiter.ts", [
  hunk("h1", "accepted", importRows, { decision: 31 }),
  hunk("h2", "pending", limiterRows),
  hunk("h3", "rejected", rows(60, ["-  reset() {}", "+  async reset() {}"]), {
    decision: 34,
    why: "Nobody waits for it; keep it synchronous.",
  }),
]);
const server = file("f2", "src/server.ts", [
  hunk("h1", "pending", serverRows),
  hunk("h2", "pending", rows(88, [" const limiter = new Limiter(", "-);", "+  store,", "+);"]), {
    marks: ["refused before"],
  }),
]);
const refusal = file(
  "f3",
  "src/refusal.ts",
  [
    hunk(
      "h1",
      "pending",
      refusalRows.map((row, index) => (index === 8 ? { ...row, end: "none" } : row)),
    ),
  ],
  {
    change: "created",
  },
);

const oneHunk = whole({ goal: "Fix the off-by-one in the pager", decisions: [], undo: null, plan: [] }, [
  file("f1", "src/pager.ts", [
    hunk(
      "h1",
      "pending",
      rows(23, [
        " export function pages(items: number, size: number): number {",
        "-  return Math.floor(items / size);",
        "+  return Math.ceil(items / size);",
        " }",
      ]),
    ),
  ]),
]);

function thousand(): HostMessage[] {
  const files = Array.from({ length: 40 }, (_, number): HostMessage => {
    const hunks = Array.from({ length: 25 }, (_, index) =>
      hunk(
        `h${index + 1}`,
        index === 3 && number < 5 ? "accepted" : "pending",
        rows(index * 30 + 1, [
          ` export function step${index}(input: Input): Output {`,
          `-  return convert(input, { mode: "${number}-${index}" });`,
          `+  const options = { mode: "${number}-${index}", strict: true };`,
          "+  return convert(input, options);",
          " }",
          " ",
        ]),
        index === 3 && number < 5 ? { decision: 40 + number } : {},
      ),
    );
    return file(
      `f${number + 1}`,
      `packages/core/src/steps/module${String(number + 1).padStart(2, "0")}/convert.ts`,
      hunks,
    );
  });
  return whole(
    {
      goal: "Make every conversion step strict",
      activity: "working",
      doing: "edit packages/core/src/steps/module40/convert.ts",
    },
    files,
  );
}

const clashing = limiterRows.filter(({ kind }) => kind !== "context");

const longName =
  "a-rather-long-name-of-a-file-that-somebody-thought-would-explain-itself-without-any-further-documentation.controller.integration.test.ts";
const longFolder = "packages/" + "deeply-nested-feature-folder/".repeat(9);

const hostile: HostMessage[] = whole(
  {
    goal: "Check access \u202e\u202e rights",
    folder: "pay\u202egpj.exe",
    decisions: [],
    undo: null,
  },
  [
    file("f1", "src/\u202ets.nimda\u202c/\u200findex\u200b.ts", [
      hunk(
        "h1",
        "pending",
        rows(7, [
          " function check(user) {",
          '-  if (user.role === "admin") {',
          '+  if (user.role === "user\u202e \u2066// admin\u2069 \u2066") {',
          "+  const p\u0430ypal = is\u041ek(user);\t\t // Cyrillic letters",
          "+  const \u3164 = user.\u115fgrant;",
          '+  log("\u001b[2J\u001b]8;;https://example.com\u0007 cleared\u0000");',
          '+  emoji("👩\u200d💻 🏳\ufe0f\u200d🌈 1\ufe0f⃣ ok", "v\ufe01\ufe02\ufe03 s\u200b\u200b\u200b\u200bz", "\u{e0041}\u{e0042}\u{e007f}");',
          "+  z\u0335\u0321\u0322\u0327\u0328\u0316\u0317\u0318algo(); a\u00a0b\u2003c\u3000d",
          '+  <img src=x onerror=alert(1)>${`${"<script>alert(1)</script>"}`}',
          " }",
        ]),
      ),
      hunk("h2", "pending", [
        { kind: "removed", text: "same line", old: 30, end: "crlf" },
        { kind: "added", text: "same line", new: 30 },
        { kind: "removed", text: "    four spaces", old: 31 },
        { kind: "added", text: "\tfour spaces", new: 31 },
        { kind: "removed", text: "trailing", old: 32 },
        { kind: "added", text: "trailing \t ", new: 32 },
        { kind: "added", text: "a lone\rreturn and a\fform feed", new: 33, end: "cr" },
      ]),
    ]),
    file("f2", "dist/bundle.min.js", [
      hunk("h1", "pending", [
        { kind: "removed", text: "var a=1;".repeat(600), old: 1 },
        { kind: "added", text: "var a=1;".repeat(600) + "steal()" + "var b=2;".repeat(900), new: 1, end: "none" },
      ]),
    ]),
    file("f3", "<img src=x onerror=alert(1)>.md", [hunk("h1", "pending", [])], {
      change: "binary",
      detail: "1.2 KB → 3.4 KB",
    }),
  ],
  [
    {
      kind: "talk",
      from: 0,
      items: [
        { kind: "prompt", text: "Check access\u202e rights", turn: 1 },
        {
          kind: "said",
          text: "![x](https://example.com/p.png?q=secret) <b>bold</b> [click](command:workbench.action.quit)\n\u001b[31mred\u001b[0m",
        },
        { kind: "tool", name: "edit", summary: "edit src/\u202ets.nimda", state: "running", text: "" },
      ],
    },
  ],
);

/** Every picture: its name, what the host sends, and what is done before it is taken. */
export const states: readonly { name: string; messages: readonly HostMessage[]; keys?: readonly string[] }[] = [
  {
    name: "empty",
    messages: [
      {
        kind: "head",
        head: {
          ...head,
          session: null,
          goal: "",
          folder: "",
          connection: "",
          activity: "none",
          plan: [],
          decisions: [],
          undo: null,
          usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
          counts: { files: 0, pending: 0, accepted: 0, rejected: 0, stale: 0 },
        },
      },
      { kind: "order", files: [] },
      { kind: "complete" },
    ],
  },
  {
    name: "no-key",
    messages: [
      {
        kind: "head",
        head: {
          ...head,
          session: null,
          activity: "none",
          plan: [],
          decisions: [],
          notice: {
            kind: "warning",
            text: "There is no API key yet.",
            remedy: "Set a key of your own, or try the demo, which needs none.",
            actions: [
              { label: "Start Demo Session", action: "demo" },
              { label: "Set API Key…", action: "key" },
              { label: "How to Get a Key", action: "key-help" },
            ],
          },
        },
      },
      { kind: "complete" },
    ],
  },
  {
    name: "copying",
    messages: whole(
      { activity: "copying", doing: "Copying 1,204 files", plan: [], decisions: [], undo: null },
      [],
      [{ kind: "talk", from: 1, items: [] }],
    ),
  },
  {
    name: "streaming",
    messages: whole(
      { activity: "working", doing: "edit src/server.ts" },
      [limiter, server, refusal],
      [
        {
          kind: "talk",
          from: 6,
          items: [{ kind: "tool", name: "edit", summary: "edit src/server.ts", state: "running", text: "" }],
        },
        {
          kind: "incoming",
          items: [
            {
              call: "c1",
              verb: "edit",
              path: "src/server.ts",
              above: 0,
              removed: ["  log.info(request.url);"],
              added: ["  log.info({", "    url: request.url,", "    verdict: verdi"],
            },
            {
              call: "c2",
              verb: "write",
              path: "docs/limits.md",
              above: 14,
              removed: [],
              added: ["## Reasons", "", "| reason | meaning |", "|---|---|", "| `rate` | more requests than the win"],
            },
          ],
        },
      ],
    ),
  },
  {
    name: "first-edit",
    messages: whole(
      { activity: "working", doing: "edit src/server.ts", label: "Demo: scripted model, nothing leaves this machine" },
      [],
      [
        { kind: "talk", from: 3, items: [] },
        {
          kind: "incoming",
          items: [
            {
              call: "c1",
              verb: "edit",
              path: "src/server.ts",
              above: 0,
              removed: ["  log.info(request.url);"],
              added: ["  log.info({", "    url: request.url,", "    verdict: verdi"],
            },
          ],
        },
      ],
    ),
  },
  {
    name: "waiting",
    messages: whole(
      {
        activity: "waiting",
        doing: "trying again in 42 s: the service is busy",
        notice: {
          kind: "warning",
          text: "The API asks to wait 12 minutes: too many requests.",
          remedy: "Wait, and the task goes on by itself; or stop it, and continue it later.",
          actions: [
            { label: "Wait 12 Minutes", action: "wait" },
            { label: "Stop", action: "stop" },
          ],
        },
      },
      [limiter, server],
    ),
  },
  {
    name: "task",
    messages: whole(
      {},
      [limiter, server, refusal],
      [
        {
          kind: "task",
          task: {
            folder: "parcel-api",
            connection: "Anthropic · claude-sonnet-5-5",
            size: "1,204 files, 18 MB",
            text: "Count refusals by reason.\n\n- keep the old counters\n- say in the README what each reason means",
            along: [
              { id: "selection", name: "The selected text, src/limiter.ts:12-19", with: true },
              { id: "file:///projects/parcel-api/docs/limits.md", name: "docs/limits.md", size: "4.1 KB", with: false },
              { id: "pasted:1", name: "pasted refusals.png", size: "310 KB", with: true },
            ],
            problem: "Not added to the task: plan.bmp is no image that can be sent: png, jpeg, gif and webp can.",
          },
        },
      ],
    ),
  },
  {
    name: "recap",
    messages: whole(
      { plan: [], activity: "idle" },
      [limiter],
      [
        {
          kind: "talk",
          from: 9,
          items: [
            { kind: "ended", how: "interrupted", text: "The window went away.", remedy: "" },
            { kind: "note", text: "This session was resumed. 1 hunk waits, 2 were accepted, 1 was rejected." },
          ],
        },
      ],
    ),
  },
  {
    name: "question",
    messages: whole(
      {
        activity: "waiting",
        doing: "run npm test",
        questions: [
          {
            id: "q1",
            kind: "command",
            title: "The agent wants to run this command.",
            lines: ["npm test -- --grep restart &&", "  echo \u202etxt.exe \u0007"],
            folder: "",
            options: [
              { id: "once", label: "Run Once", kind: "once" },
              { id: "session", label: "Allow in This Session", kind: "session" },
              { id: "always", label: "Always Allow Here", kind: "always" },
              { id: "refuse", label: "Refuse", kind: "refuse" },
            ],
            note: "The script “test” of package.json is: node --test\nIt runs in a sandbox: it can write the private copy alone, has no network, and sees none of your other files.",
          },
        ],
      },
      [limiter],
    ),
  },
  {
    name: "gone",
    messages: whole({}, [
      file("f1", "src/limiter.ts", [hunk("h1", "stale", clashing, { yours: [], gone: true })]),
      file(
        "f2",
        "src/old.ts",
        [hunk("h1", "overtaken", rows(1, ["-export const old = 1;"]), { yours: [], gone: true })],
        { change: "deleted" },
      ),
    ]),
  },
  { name: "review", messages: whole({}, [limiter, server, refusal]), keys: ["j"] },
  { name: "one", messages: oneHunk, keys: ["j"] },
  { name: "why", messages: oneHunk, keys: ["j", "R"] },
  { name: "thousand", messages: thousand() },
  {
    name: "stale",
    messages: whole({}, [
      file("f1", "src/limiter.ts", [
        hunk("h1", "accepted", importRows, { decision: 31 }),
        hunk("h2", "stale", clashing, {
          yours: [
            "  private readonly counts = new LruMap<string, number>(10_000);",
            "",
            "  allow(key: string): boolean {",
            "    return this.counts.increment(key) <= this.limit;",
          ],
        }),
        hunk("h4", "stale", rows(70, ["-  // end", "+  close() {}"]), { marks: ["not in your file"], yours: [] }),
      ]),
    ]),
    keys: ["j"],
  },
  {
    name: "overtaken",
    messages: whole({}, [
      file("f1", "src/server.ts", [
        hunk(
          "h1",
          "overtaken",
          serverRows.filter(({ kind }) => kind !== "context"),
          { yours: ["  if (!limiter.allow(key)) return tooMany(request);"] },
        ),
        hunk("h2", "pending", rows(88, ["-);", "+  store,", "+);"]), {
          marks: ["changed since you refused it", "the other half is not in"],
          refused: ["  store ?? memoryStore(),", ");"],
        }),
      ]),
    ]),
  },
  {
    name: "decided",
    messages: whole({}, [
      file("f1", "src/limiter.ts", [
        hunk("h1", "accepted", importRows, { decision: 31 }),
        hunk("h2", "accepted", limiterRows, { decision: 37 }),
        hunk("h3", "rejected", rows(60, ["-  reset() {}", "+  async reset() {}"]), {
          decision: 34,
          why: "Nobody waits for it; keep it synchronous.",
        }),
      ]),
      file(
        "f4",
        "src/memory-counts.ts",
        [
          hunk(
            "h1",
            "accepted",
            refusalRows.map(({ text, new: old }) => ({ kind: "removed", text, old })),
            { decision: 37 },
          ),
        ],
        { change: "deleted" },
      ),
    ]),
  },
  {
    name: "error",
    messages: whole(
      {
        notice: {
          kind: "error",
          text: "The connection was cut while the answer was arriving.",
          remedy: "Nothing is lost: the hunks so far can be decided. Try again when the network is back.",
          actions: [{ label: "Try Again", action: "retry" }],
        },
      },
      [limiter, server],
      [
        {
          kind: "talk",
          from: 9,
          items: [
            { kind: "ended", how: "failed", text: "The stream ended without its last event.", remedy: "Try again." },
          ],
        },
        {
          kind: "say",
          text: "src/server.ts was saved by another program: nothing was written. The hunk is shown anew.",
          tone: "error",
        },
      ],
    ),
  },
  {
    name: "readonly",
    messages: whole({ activity: "readonly", doing: "open in another window" }, [limiter, server]),
  },
  {
    name: "long",
    messages: whole(
      {
        goal: `${head.goal}. ${"And please keep every public name as it is, because others depend on it. ".repeat(6)}`,
      },
      [
        file("f1", `${longFolder}${longName}`, [hunk("h1", "pending", serverRows)]),
        file("f2", `src/${"x".repeat(240)}.ts`, [
          hunk("h1", "pending", limiterRows, { marks: ["changed since you refused it", "the other half is not in"] }),
        ]),
      ],
    ),
  },
  ...byLines.map(({ name, files, rest, keys = [] }) => ({ name, messages: whole({}, files, rest), keys })),
  { name: "hostile", messages: hostile },
  { name: "asked", messages: thousand(), keys: ["b", "Enter"] },
  { name: "help", messages: whole({}, [limiter, server, refusal]), keys: ["?"] },
];
