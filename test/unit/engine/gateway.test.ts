/** Gateways and local servers: another path, another header for the key, further headers, no key at all. */
import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { startServer } from "../../../src/demo/server.ts";
import { anthropicEngine, type AnthropicOptions } from "../../../src/engine/anthropic/index.ts";
import { baseAddress, headerProblem, proxyVariables, type EngineEvent } from "../../../src/protocol/index.ts";
import { done, key, last, play, turnIn, withApi, withFolder } from "./api.ts";
import { openGateway, type Seen } from "./gateway.ts";

const scenarios = new URL("../../../src/demo/scenarios/", import.meta.url);

/** The demo's server behind a gateway. */
async function behindGateway(
  path: string,
  allows: (headers: IncomingHttpHeaders) => boolean,
  use: (endpoint: string, seen: readonly Seen[]) => Promise<void>,
): Promise<void> {
  const token = "known-to-the-gateway-alone";
  const model = await startServer({ token, scenariosDir: scenarios, speed: 1_000 });
  const gateway = await openGateway({ path, allows, model: { port: model.port, token } });
  try {
    await use(gateway.endpoint, gateway.seen);
  } finally {
    await gateway.close();
    await model.close();
  }
}

/** The first events of a turn of the demo through an endpoint; the turn is left after its first answer. */
async function begun(endpoint: string, options: Partial<AnthropicOptions>): Promise<EngineEvent[]> {
  return withFolder(async (root) => {
    const connection = { name: "t", endpoint, model: "demo:demo", key: "t" };
    const stop = new AbortController();
    const events: EngineEvent[] = [];
    for await (const event of anthropicEngine({ connection, key, ...options }).run(turnIn(root), stop.signal)) {
      events.push(event);
      if (event.kind === "step.ended") stop.abort();
    }
    return events;
  });
}

const ways: [string, string, Partial<AnthropicOptions>, (headers: IncomingHttpHeaders) => boolean][] = [
  [
    "the key as Authorization: Bearer",
    "/anthropic",
    {},
    (headers) => headers.authorization === `Bearer ${key}` && headers["x-api-key"] === undefined,
  ],
  [
    "the key as x-api-key",
    "/llm/claude",
    { keyHeader: "x-api-key" },
    (headers) => headers["x-api-key"] === key && headers.authorization === undefined,
  ],
  [
    "no key",
    "/free",
    { keyHeader: "none", key: "" },
    (headers) => headers["x-api-key"] === undefined && headers.authorization === undefined,
  ],
  [
    "a further header beside the key",
    "/team",
    { keyHeader: "x-api-key", headers: { "x-team": "blue", "anthropic-beta": "some-beta" } },
    (headers) =>
      headers["x-team"] === "blue" &&
      headers["anthropic-beta"] === "some-beta,compact-2026-01-12" &&
      headers["x-api-key"] === key,
  ],
];

describe("a gateway", () => {
  for (const [name, path, options, allows] of ways) {
    it(`below ${path} is asked with ${name}`, async () => {
      await behindGateway(path, allows, async (endpoint, seen) => {
        const events = await begun(endpoint, options);
        assert.ok(
          events.some(({ kind }) => kind === "said" || kind === "called"),
          JSON.stringify(events.at(-1)),
        );
        assert.deepEqual([...new Set(seen.map(({ url }) => url))], [`${path}/v1/messages`]);
      });
    });
  }

  it("that sends the request elsewhere gets an end, and elsewhere gets nothing", async () => {
    for (const keyHeader of ["authorization", "x-api-key"] as const)
      for (const status of [301, 302, 303, 307, 308])
        await withApi([done], async (trap) => {
          const { events, sent } = await play({
            answers: [
              (response) => {
                response.writeHead(status, { location: `${trap.endpoint}/v1/messages` });
                response.end();
              },
            ],
            options: { keyHeader },
          });
          assert.match(last(events).message ?? "", /redirects to another address/);
          assert.equal(sent.length, 1, "it is asked once");
          assert.equal(trap.sent.length, 0, `${status}: nothing follows the redirect`);
        });
  });

  it("is sent no header that carries a secret, or that the request makes itself", async () => {
    const refused: Record<string, string>[] = [
      { Authorization: "Bearer other" },
      { "X-API-Key": "other" },
      { Cookie: "a=b" },
      { "Proxy-Authorization": "Basic YTpi" },
      { Host: "evil.example" },
      { "Content-Length": "1" },
      { "x-a": "b\r\nx-evil: 1" },
      { "x evil": "1" },
      { "x-token": "ghp_abcdefghij0123456789abcdefghij012345" },
    ];
    for (const headers of refused) {
      const { events, sent } = await play({ answers: [done], options: { headers } });
      assert.match(last(events).message ?? "", /cannot be sent along/, JSON.stringify(headers));
      assert.equal(sent.length, 0);
    }
  });

  it("is not told the key anywhere but in its header, and no event holds it", async () => {
    const { events, sent } = await play({ answers: [done], options: { keyHeader: "x-api-key" } });
    const { "x-api-key": given, ...others } = sent[0]?.headers ?? {};
    assert.equal(given, key);
    assert.ok(!JSON.stringify([others, sent[0]?.url, sent[0]?.text, events]).includes(key));
  });
});

describe("the base address in a setting", () => {
  for (const [text, address] of [
    ["https://api.anthropic.com/", "https://api.anthropic.com"],
    [" https://gateway.example/anthropic ", "https://gateway.example/anthropic"],
    ["https://gateway.example/anthropic/v1", "https://gateway.example/anthropic"],
    ["https://gateway.example/anthropic/v1/messages/", "https://gateway.example/anthropic"],
    ["http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434"],
    ["https://gateway.example/v1x", "https://gateway.example/v1x"],
  ] as const)
    it(`of “${text}” is ${address}`, () => assert.equal(baseAddress(text), address));
});

describe("a further header", () => {
  for (const [name, value, problem] of [
    ["x-team", "blue", null],
    ["cf-aig-metadata", '{"team":"blue"}', null],
    ["anthropic-beta", "context-1m-2025-08-07", null],
    ["anthropic-version", "2020-01-01", "name"],
    ["X-API-KEY", "x", "name"],
    ["proxy-authorization", "x", "name"],
    ["", "x", "name"],
    ["x:y", "x", "name"],
    ["x-team", "", "value"],
    ["x-team", "a\nb", "value"],
    ["x-auth-token", "abcDEF123456", "secret"],
    ["x-team", "sk-ant-api03-abcdefgh", "secret"],
  ] as const)
    it(`${name || "without a name"}: ${JSON.stringify(value.slice(0, 20))} is ${problem === null ? "sent" : `refused for its ${problem}`}`, () =>
      assert.equal(headerProblem(name, value), problem));
});

describe("the proxy of the editor", () => {
  it("is told to an agent as programs know it, and this machine is reached past it", () => {
    const proxy = "http://who:pass@proxy.example:3128";
    const past = "corp.example,localhost,127.0.0.1,::1";
    assert.deepEqual(proxyVariables(` ${proxy} `, ["corp.example", "localhost"]), {
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      NO_PROXY: past,
      no_proxy: past,
    });
  });
  for (const proxy of ["", "socks5://proxy.example:1080", "proxy.example:3128", "http://", "javascript:alert(1)"])
    it(`is not told where it is ${JSON.stringify(proxy)}`, () => assert.deepEqual(proxyVariables(proxy, []), {}));
});
