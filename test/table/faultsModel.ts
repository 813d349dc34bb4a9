/** Faults of the model's side: the connection, the service, the stream and what the model says. */
import { tests, type Row } from "./row.ts";

const faults = "unit/engine/faults.test.ts";
const distortions = "unit/engine/distortions.test.ts";
const patience = "unit/engine/patience.test.ts";
const turn = "unit/engine/turn.test.ts";

export const faultsModel: readonly Row[] = [
  {
    id: "M01",
    name: "the connection is cut by a clean end, at any byte",
    tests: [
      ...tests(faults, "a clean end without message_stop is a cut, tried again once"),
      ...tests(patience, "repeats a request that was cut once, keeps what was said, marked"),
      ...tests(patience, "logs a cut before the first event as an attempt of its own"),
      ...tests("unit/engine/distortions.ts", "cut by a clean end"),
      ...tests("unit/engine/demo.test.ts", "faults-cut-clean", "faults-cut-always", "faults-cut-bytes"),
    ],
  },
  {
    id: "M02",
    name: "the connection is cut by a reset, at any byte",
    tests: [
      ...tests(faults, "a reset is a cut, tried again once"),
      ...tests("unit/engine/distortions.ts", "cut by a reset"),
      ...tests("unit/engine/demo.test.ts", "faults-cut-reset"),
    ],
  },
  {
    id: "M03",
    name: "max_tokens inside a tool call",
    tests: [
      ...tests(patience, "asks for smaller pieces after a call that did not fit, and goes on"),
      ...tests(faults, "two calls in a row that do not fit into the output limit end the turn"),
      ...tests("unit/engine/shapes.ts", "a call broken off by the output limit"),
      ...tests("unit/engine/shapes.ts", "a whole call in an answer that reached the output limit"),
    ],
  },
  {
    id: "M04",
    name: "tool input that is malformed, has a key twice, or __proto__ as a key",
    tests: [
      ...tests(patience, "tells the model of a call that cannot be read, and counts only those in a row"),
      ...tests(faults, "three calls in a row that cannot be read end the turn"),
      ...tests(patience, "takes a call whose key stands twice for one that cannot be read"),
      ...tests("unit/engine/tools.test.ts", "__proto__ as a key", "a key that is only inherited"),
      ...tests("unit/engine/shapes.ts", "an input with a key twice, one with __proto__, a good one"),
    ],
  },
  {
    id: "M05",
    name: "429, 529 and 500 before the stream, with and without retry-after",
    tests: [
      ...tests(patience, "waits longer each time while the service is busy, says so, and goes on when it answers"),
      ...tests(patience, "obeys retry-after up to a minute, and never waits less than its own patience"),
      ...tests(faults, "a service that stays overloaded is tried five times in all"),
      ...tests(faults, "a service that asks not to try again is not tried again"),
      ...tests("unit/engine/client.test.ts", "its address, its headers, its key or its number"),
    ],
  },
  {
    id: "M06",
    name: "a service that asks for a wait of more than a minute",
    tests: [
      ...tests(faults, "a wait of an hour is named and not made without a yes"),
      ...tests(patience, "makes a wait above a minute when the person agrees"),
      ...tests(patience, "asks for no wait of a minute or less"),
      ...tests(faults, "a wait of more than a day is not even asked about"),
      ...tests("unit/session/waiting.test.ts", "is asked about in the head, made when the person says so"),
      ...tests("unit/session/waiting.test.ts", "is not made when the turn is stopped"),
    ],
  },
  {
    id: "M07",
    name: "a wait that nobody sees",
    tests: tests("unit/session/waiting.test.ts", "counts down in what is being done, and is over with the next event"),
  },
  {
    id: "M08",
    name: "overloaded_error inside a stream that began with 200",
    tests: [
      ...tests(patience, "takes overloaded_error inside a stream for a 529, and runs nothing of that message"),
      ...tests("unit/engine/shapes.ts", "overloaded in the middle", "an error of the service in the middle"),
    ],
  },
  {
    id: "M09",
    name: "401 and 403",
    tests: [
      ...tests(faults, "a wrong key names Set API Key… and is not tried again"),
      ...tests(faults, "a key without the right names Set API Key…"),
    ],
  },
  {
    id: "M10",
    name: "400: the conversation is too long",
    tests: [
      ...tests(patience, "is sent again once, without the long results of long ago; what is kept of them stays whole"),
      ...tests(patience, "that is still too long ends the turn by name, and is not sent a third time"),
      ...tests(patience, "with nothing long in it is not sent again"),
      ...tests(
        "unit/engine/window.test.ts",
        "is sent again from the summary on, and so it stays in the turns after it",
      ),
      ...tests("unit/engine/beginnings.test.ts", "begin anew after a cut, which is told, once"),
    ],
  },
  {
    id: "M11",
    name: "a refusal",
    tests: [
      ...tests("unit/engine/shapes.ts", "a refusal with its details", "a refusal at once"),
      ...tests(turn, "keeps an answer in the history under its model, and a refused one out of it"),
    ],
  },
  {
    id: "M12",
    name: "pause_turn",
    tests: tests(turn, "goes on after pause_turn with the paused answer as it was", "ends at its limit of steps"),
  },
  {
    id: "M13",
    name: "model_context_window_exceeded",
    tests: tests(faults, "a context window that is full ends the turn"),
  },
  {
    id: "M14",
    name: "a stop reason nobody knows, or one that does not fit the answer",
    tests: tests(
      faults,
      "a stop reason of the future runs nothing",
      "a call in an answer that says it is done is not run",
      "an answer that stops for tools without a call ends the turn",
    ),
  },
  {
    id: "M15",
    name: "history with a call that has no result",
    tests: tests(
      turn,
      "closes calls left open at the end, in order",
      "closes only what is open when some results are there",
      "closes calls in the middle before the next answer",
      "puts results before words, and drops results without a call and second results",
    ),
  },
  {
    id: "M16",
    name: "thinking that is altered, or another model's",
    tests: tests(
      turn,
      "returns thinking, redacted thinking and signature byte for byte in the next request",
      "drops another model's thinking, and nothing else",
    ),
  },
  {
    id: "M17",
    name: "half of a surrogate pair",
    tests: [
      ...tests(turn, "sends only strings without half characters, and thinking exactly as it came"),
      ...tests("unit/engine/tools.test.ts", "half a character in new text"),
    ],
  },
  {
    id: "M18",
    name: "a second message_start, and every other order or index that cannot be",
    tests: [
      ...tests(faults, "a second message_start inside a message is a cut"),
      ...tests("unit/engine/distortions.ts", "an event doubled", "an event dropped", "two events swapped"),
    ],
  },
  {
    id: "M19",
    name: "a sign-in page, a redirect, an empty answer",
    tests: tests(
      faults,
      "an HTML page is no API answer",
      "an HTML page with an error status is no API answer",
      "an empty stream is no API answer, the second time",
      "a redirect is not followed",
    ),
  },
  {
    id: "M20",
    name: "a stream that falls silent, one that only pings, a laptop that sleeps",
    tests: [
      ...tests(faults, "a stream that falls silent is a cut"),
      ...tests("unit/engine/watch.test.ts", "is alive for as long as they come, however long that is"),
      ...tests(
        "unit/engine/watch.test.ts",
        "of a machine that slept is not the stream's: it is counted anew from waking",
      ),
    ],
  },
  {
    id: "M21",
    name: "an answer that arrives in pieces of any size",
    tests: [
      ...tests(
        "unit/engine/distortions.ts",
        "in pieces of 1 byte",
        "in pieces of 7 bytes",
        "in pieces of random sizes",
      ),
      ...tests(distortions, "runs what it should, and nothing else"),
    ],
  },
  {
    id: "M22",
    name: "a stop in any state of a turn",
    tests: tests("unit/engine/stop.test.ts", "ends the turn within a second, and nothing runs after it"),
  },
  {
    id: "M23",
    name: "no network, a wrong name, an encryption that fails",
    tests: tests(
      faults,
      "a name that does not resolve means no network",
      "no one at the endpoint means no network",
      "no encryption where it was expected means no network",
    ),
  },
  {
    id: "M25",
    name: "a proxy that refuses, wants a name, is not there, or shows a certificate of its own",
    tests: [
      ...tests(
        "unit/engine/proxyFaults.test.ts",
        "that wants a name",
        "that lets nobody through",
        "that shows a certificate of its own",
      ),
      ...tests(
        "host/proxy.test.ts",
        "a proxy that wants a name and a password is named, with where they go",
        "a proxy that is not there is named, not the endpoint",
        "a certificate of an authority that nobody knows is refused, and it is said how one becomes known",
      ),
    ],
  },
  {
    id: "M24",
    name: "a search that never ends, or a search program that someone planted",
    tests: tests(
      "unit/engine/search.test.ts",
      "that would take for ever is cut short, with what it had",
      "start no program, also where one called rg stands on the PATH",
      "use nothing of the SDK's toolset that starts a program",
    ),
  },
];
