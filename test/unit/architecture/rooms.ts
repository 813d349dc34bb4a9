/**
 * The rooms of `src/`: which may import which, and what from outside.
 *
 * Data. A row is a room: the rooms it may import besides itself, the packages, and whether Node's own modules are open to it.
 * Always: what is not in a row is forbidden; a folder of `src/` without a row is forbidden too.
 */

export interface Room {
  rooms: readonly string[];
  /** Package names, or package paths where only that path is allowed. */
  packages: readonly string[];
  node: boolean;
}

const all = [
  "protocol",
  "review",
  "system",
  "rules",
  "memory",
  "demo",
  "webview",
  "state",
  "draft",
  "engine",
  "checks",
  "session",
  "server",
  "editor",
] as const;

/** `extension.ts` is a room of its own: the file that joins the others. */
export const rooms: Readonly<Record<(typeof all)[number] | "extension.ts", Room>> = {
  protocol: { rooms: [], packages: ["zod/mini"], node: false },
  review: { rooms: ["protocol"], packages: [], node: false },
  state: { rooms: ["protocol", "review"], packages: [], node: false },
  rules: { rooms: ["protocol"], packages: [], node: false },
  session: { rooms: ["protocol", "review", "state"], packages: [], node: false },
  webview: { rooms: ["protocol"], packages: ["preact", "preact/hooks"], node: false },
  system: { rooms: ["protocol"], packages: ["simple-git"], node: true },
  memory: { rooms: ["protocol"], packages: [], node: true },
  demo: { rooms: ["protocol"], packages: [], node: true },
  draft: { rooms: ["protocol", "system"], packages: ["ignore"], node: true },
  engine: { rooms: ["protocol", "system"], packages: ["@anthropic-ai/sdk", "@agentclientprotocol/sdk"], node: true },
  checks: { rooms: ["protocol", "system"], packages: [], node: true },
  server: { rooms: ["protocol", "rules"], packages: [], node: true },
  editor: { rooms: ["protocol", "state", "session"], packages: ["vscode"], node: true },
  "extension.ts": { rooms: all, packages: ["vscode"], node: true },
};

/** What may be imported below one folder only. */
export const keptTo: readonly { modules: readonly string[]; below: string; why: string }[] = [
  { modules: ["@anthropic-ai/sdk"], below: "src/engine/anthropic/", why: "the SDK is one engine's own business" },
  {
    modules: ["@agentclientprotocol/sdk"],
    below: "src/engine/acp/",
    why: "the protocol is one engine's own business",
  },
  { modules: ["node:child_process", "node:cluster"], below: "src/system/", why: "processes are started in one place" },
  {
    modules: ["node:http", "node:https", "node:http2", "node:net", "node:tls", "node:dgram"],
    below: "src/demo/",
    why: "nothing but the demo listens",
  },
];

/** Rooms that `extension.ts` and `editor/` may load when they are loaded themselves; the others come on first use. */
export const loadedAtOnce: readonly string[] = ["protocol", "editor"];
