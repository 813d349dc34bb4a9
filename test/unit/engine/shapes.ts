/**
 * Streams of every event shape that the Messages API documents, constructed: the events, in order, and the calls that may run.
 *
 * Data. A call of a shape writes a small file or makes a plan, so that what ran can be told from what was only announced.
 */

export type StreamEvent = { type: string } & Record<string, unknown>;

export interface Shape {
  name: string;
  events: StreamEvent[];
  /** Ids of the calls that run when the whole stream arrives. */
  runs: string[];
  /** Ends of lines on the wire. */
  eol?: "\n" | "\r\n" | "\r";
  /** How a turn ends whose first answer this is, with a plain answer after it where one is asked for. */
  how: "done" | "failed" | "refused" | "limit";
}

const usage = { input_tokens: 472, cache_creation_input_tokens: 5, cache_read_input_tokens: 9, output_tokens: 2 };
const plan = { steps: [{ text: "caf\u00e9 \u{1f600} \u2028", status: "pending" }] };

function start(): StreamEvent {
  const message = {
    id: "msg_01",
    type: "message",
    role: "assistant",
    model: "m",
    content: [],
    stop_reason: null,
    usage,
  };
  return { type: "message_start", message };
}

const ping: StreamEvent = { type: "ping" };

/** A block's events: what it begins with, its deltas, its end. */
function block(index: number, content_block: object, ...deltas: object[]): StreamEvent[] {
  return [
    { type: "content_block_start", index, content_block },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

function text(index: number, ...pieces: string[]): StreamEvent[] {
  return block(index, { type: "text", text: "" }, ...pieces.map((piece) => ({ type: "text_delta", text: piece })));
}

function thinking(index: number, ...pieces: string[]): StreamEvent[] {
  return block(
    index,
    { type: "thinking", thinking: "", signature: "" },
    ...pieces.map((piece) => ({ type: "thinking_delta", thinking: piece })),
    { type: "signature_delta", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" },
  );
}

function json(id: string, name: string, ...pieces: string[]): [object, ...object[]] {
  return [
    { type: "tool_use", id, name, input: {} },
    ...["", ...pieces].map((partial_json) => ({ type: "input_json_delta", partial_json })),
  ];
}

function write(index: number, id: string): StreamEvent[] {
  const pieces = ['{"file_path": "', `${id}.txt", "con`, 'tent": "one\\ntwo \\u00e9', " \u00e9 \u{1f600}", '"}'];
  return block(index, ...json(id, "write", ...pieces));
}

function end(stop_reason: string | null, delta: object = {}, more: object = {}): StreamEvent[] {
  return [
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence: null, ...delta },
      usage: { output_tokens: 89 },
      ...more,
    },
    { type: "message_stop" },
  ];
}

const error = (type: string): StreamEvent => ({ type: "error", error: { type, message: "No" } });

export const shapes: Shape[] = [
  {
    name: "text",
    events: [start(), ping, ...text(0, "Hel", "lo \u00e9\u{1f600}", "!"), ...end("end_turn")],
    runs: [],
    how: "done",
  },
  { name: "no block at all", events: [start(), ...end("end_turn")], runs: [], how: "done" },
  { name: "an empty text", events: [start(), ...text(0), ...end("end_turn")], runs: [], how: "done" },
  {
    name: "thinking with a signature, text, a call",
    events: [
      start(),
      ...thinking(0, "Let me ", "see\u2026"),
      ...text(1, "I write."),
      ...write(2, "t1"),
      ...end("tool_use"),
    ],
    runs: ["t1"],
    how: "done",
  },
  {
    name: "redacted thinking, a call",
    events: [
      start(),
      ...block(0, { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" }),
      ...write(1, "r1"),
      ...end("tool_use"),
    ],
    runs: ["r1"],
    how: "done",
  },
  {
    name: "omitted thinking",
    events: [
      start(),
      ...block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        { type: "signature_delta", signature: "EosnCkYICxIM" },
      ),
      ...text(1, "Yes."),
      ...end("end_turn"),
    ],
    runs: [],
    how: "done",
  },
  {
    name: "parallel calls between texts",
    events: [
      start(),
      ...text(0, "Two:"),
      ...write(1, "p1"),
      ping,
      ...block(2, ...json("p2", "plan", JSON.stringify(plan))),
      ...text(3, "\n"),
      ...write(4, "p3"),
      ...end("tool_use"),
    ],
    runs: ["p1", "p2", "p3"],
    how: "done",
  },
  {
    name: "a call without arguments",
    events: [start(), ...block(0, { type: "tool_use", id: "n1", name: "plan", input: {} }), ...end("tool_use")],
    runs: ["n1"],
    how: "done",
  },
  {
    name: "a call whose input is an empty piece",
    events: [start(), ...block(0, ...json("n2", "plan")), ...block(1, ...json("n3", "plan", "{}")), ...end("tool_use")],
    runs: ["n2", "n3"],
    how: "done",
  },
  {
    name: "a search on the server, citations",
    events: [
      start(),
      ...block(
        0,
        { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} },
        { type: "input_json_delta", partial_json: '{"query":' },
        { type: "input_json_delta", partial_json: '"x"}' },
      ),
      ...block(1, {
        type: "web_search_tool_result",
        tool_use_id: "srvtoolu_1",
        content: [{ type: "web_search_result", title: "T", url: "https://example.com", encrypted_content: "E" }],
      }),
      ...block(
        2,
        { type: "text", text: "", citations: [] },
        { type: "text_delta", text: "Sunny" },
        {
          type: "citations_delta",
          citation: {
            type: "web_search_result_location",
            cited_text: "x",
            url: "https://example.com",
            title: "T",
            encrypted_index: "E",
          },
        },
      ),
      ...end("end_turn", {}, { usage: { output_tokens: 5, server_tool_use: { web_search_requests: 1 } } }),
    ],
    runs: [],
    how: "done",
  },
  {
    name: "code run on the server, its error, and a call",
    events: [
      start(),
      ...block(
        0,
        { type: "server_tool_use", id: "srvtoolu_2", name: "bash_code_execution", input: {} },
        { type: "input_json_delta", partial_json: '{"command":"id"}' },
      ),
      ...block(1, {
        type: "bash_code_execution_tool_result",
        tool_use_id: "srvtoolu_2",
        content: { type: "bash_code_execution_tool_result_error", error_code: "unavailable" },
      }),
      ...write(2, "s1"),
      ...end("tool_use", { container: { id: "container_1", expires_at: "2026-01-01T00:00:00Z" } }),
    ],
    runs: ["s1"],
    how: "done",
  },
  {
    name: "events, blocks, deltas and fields of the future, context management",
    events: [
      { type: "weather", rain: true },
      start(),
      ping,
      ...block(0, { type: "hologram", depth: 3 }, { type: "hologram_delta", x: 1 }),
      { type: "weather" },
      ...block(
        1,
        { type: "text", text: "be", mood: "calm" },
        { type: "text_delta", text: "gun", mood: 1 },
        { type: "mood_delta" },
      ),
      ...write(2, "f1"),
      ...end(
        "tool_use",
        { mood: "done" },
        {
          context_management: {
            applied_edits: [{ type: "clear_tool_uses_20250919", cleared_tool_uses: 2, cleared_input_tokens: 9 }],
          },
        },
      ),
    ],
    runs: ["f1"],
    how: "done",
  },
  {
    name: "a summary before a text and a call",
    events: [
      start(),
      ...block(
        0,
        { type: "compaction", content: null, encrypted_content: null },
        {
          type: "compaction_delta",
          content: "What was done: caf\u00e9 \u{1f600}.\n",
          encrypted_content: "EqQBCompact",
        },
      ),
      ping,
      ...text(1, "On ", "it goes."),
      ...write(2, "k1"),
      ...end("tool_use", {}, { usage: { output_tokens: 5, iterations: [{ type: "compaction", input_tokens: 9 }] } }),
    ],
    runs: ["k1"],
    how: "done",
  },
  {
    name: "a summary that failed, one without a seal, one with more beside it, a call",
    events: [
      start(),
      ...block(
        0,
        { type: "compaction", content: null, encrypted_content: null },
        { type: "compaction_delta", content: null, encrypted_content: null },
      ),
      ...block(1, { type: "compaction", content: null }, { type: "compaction_delta", content: "One." }),
      ...block(
        2,
        { type: "compaction", content: null, tool_changes: [] },
        { type: "compaction_delta", content: "Two.", encrypted_content: "E", mood: 1 },
        { type: "signature_delta", signature: "EqQB" },
      ),
      ...write(3, "k2"),
      ...end("tool_use"),
    ],
    runs: ["k2"],
    how: "done",
  },
  {
    name: "a pause behind a summary",
    events: [
      start(),
      ...block(
        0,
        { type: "compaction", content: null, encrypted_content: null },
        { type: "compaction_delta", content: "So far.", encrypted_content: "E" },
      ),
      ...end("compaction"),
    ],
    runs: [],
    how: "done",
  },
  {
    name: "lines that end in CRLF",
    eol: "\r\n",
    events: [start(), ping, ...text(0, "I write."), ...write(1, "c1"), ...end("tool_use")],
    runs: ["c1"],
    how: "done",
  },
  {
    name: "lines that end in CR",
    eol: "\r",
    events: [start(), ping, ...text(0, "I write."), ...write(1, "c2"), ...end("tool_use")],
    runs: ["c2"],
    how: "done",
  },
  {
    name: "a refusal with its details",
    events: [
      start(),
      ...text(0, "I"),
      ...end("refusal", { stop_details: { type: "refusal", category: "cyber", explanation: "No." } }),
    ],
    runs: [],
    how: "refused",
  },
  { name: "a refusal at once", events: [start(), ...end("refusal")], runs: [], how: "refused" },
  {
    name: "a call broken off by the output limit",
    events: [
      start(),
      { type: "content_block_start", index: 0, content_block: json("m1", "write")[0] },
      {
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json: '{"file_path":"m1.txt","content":"one' },
      },
      ...end("max_tokens"),
    ],
    runs: [],
    how: "done",
  },
  {
    name: "a whole call in an answer that reached the output limit",
    events: [start(), ...write(0, "m2"), ...end("max_tokens")],
    runs: [],
    how: "done",
  },
  {
    name: "text that reached the output limit",
    events: [start(), ...text(0, "Long"), ...end("max_tokens")],
    runs: [],
    how: "limit",
  },
  {
    name: "a full context window",
    events: [start(), ...text(0, "Long"), ...end("model_context_window_exceeded")],
    runs: [],
    how: "limit",
  },
  { name: "a pause", events: [start(), ...text(0, "Searching"), ...end("pause_turn")], runs: [], how: "done" },
  {
    name: "a stop sequence",
    events: [start(), ...text(0, "Yes"), ...end("stop_sequence", { stop_sequence: "\n" })],
    runs: [],
    how: "done",
  },
  { name: "a stop of the future", events: [start(), ...write(0, "u1"), ...end("sunset")], runs: [], how: "failed" },
  { name: "no reason to stop", events: [start(), ...write(0, "u2"), ...end(null)], runs: [], how: "failed" },
  {
    name: "two message deltas",
    events: [start(), ...write(0, "d1"), end(null)[0]!, ...end("tool_use")],
    runs: ["d1"],
    how: "done",
  },
  {
    name: "overloaded in the middle",
    events: [start(), ...text(0, "I"), ...write(1, "e1").slice(0, -1), error("overloaded_error")],
    runs: [],
    how: "done",
  },
  {
    name: "an error of the service in the middle",
    events: [start(), ...write(0, "e2"), error("api_error")],
    runs: [],
    how: "done",
  },
  {
    name: "a bad request in the middle",
    events: [start(), ...write(0, "e3"), error("invalid_request_error")],
    runs: [],
    how: "failed",
  },
  { name: "an unknown error before all", events: [error("weather_error")], runs: [], how: "failed" },
  {
    name: "an input that breaks off, one that is a list, a good one between",
    events: [
      start(),
      ...block(0, ...json("i1", "write", '{"file_path":"i1.txt","content":"x"')),
      ...write(1, "i2"),
      ...block(2, ...json("i3", "write", "[1]")),
      ...end("tool_use"),
    ],
    runs: ["i2"],
    how: "done",
  },
  {
    name: "an input with a key twice, one with __proto__, a good one",
    events: [
      start(),
      ...block(0, ...json("i4", "write", '{"file_path":"i4.txt","content":"x","file_path":"../i4.txt"}')),
      ...block(1, ...json("i5", "write", '{"file_path":"i5.txt","content":"x","__proto__":{}}')),
      ...write(2, "i6"),
      ...end("tool_use"),
    ],
    // What the tool itself refuses counts as run: it answers with an error.
    runs: ["i5", "i6"],
    how: "done",
  },
];

/** The stream as it goes over the wire. */
export function bytesOf({ events, eol = "\n" }: Pick<Shape, "events" | "eol">): Buffer {
  const frames = events.map((event, index) => {
    const lines = [`event: ${event.type}`, `data: ${JSON.stringify(event)}`, "", ""];
    // Comments and fields that mean nothing to us are part of the form.
    return (index % 3 === 1 ? [": keep-alive", "id: 7", ...lines] : lines).join(eol);
  });
  return Buffer.from(frames.join(""));
}
