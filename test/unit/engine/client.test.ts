import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { checkAccess, openClient } from "../../../src/engine/anthropic/client.ts";
import { done, key, last, play, withApi, withFolder } from "./api.ts";

/** Every variable of its own that the SDK names anywhere. */
async function variablesOfTheSdk(): Promise<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve("@anthropic-ai/sdk"));
  const names = new Set<string>();
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith(".js")) continue;
    for (const [name] of (await readFile(join(folder, file), "utf8")).matchAll(/\bANTHROPIC_[A-Z_]*[A-Z]\b/g))
      names.add(name);
  }
  return [...names];
}

/** Runs with these variables set, and puts back what was there. */
async function withEnvironment<T>(variables: Record<string, string>, use: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await use();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

describe("a hostile environment", () => {
  it("changes no request: not its address, its headers, its key or its number", async () => {
    const clean = await play({ answers: [done] });
    await withFolder(async (folder) => {
      await withApi([done], async (trap) => {
        const variables = Object.fromEntries((await variablesOfTheSdk()).map((name) => [name, "hostile"]));
        assert.ok("ANTHROPIC_BASE_URL" in variables && "ANTHROPIC_CUSTOM_HEADERS" in variables);
        const hostile = {
          ...variables,
          ANTHROPIC_BASE_URL: trap.endpoint,
          ANTHROPIC_CUSTOM_HEADERS:
            "Authorization: Bearer stolen\nx-evil: 1\nanthropic-version: 1999-01-01\nUser-Agent: evil\nHost: evil.example",
          ANTHROPIC_LOG: "debug",
          ANTHROPIC_CONFIG_DIR: folder,
        };
        const printed: unknown[] = [];
        const { debug, info, log, warn, error } = console;
        const note = (...words: unknown[]): void => void printed.push(words);
        Object.assign(console, { debug: note, info: note, log: note, warn: note, error: note });
        const played = await withEnvironment(hostile, () => play({ answers: [done] })).finally(() => {
          Object.assign(console, { debug, info, log, warn, error });
        });
        assert.deepEqual(last(played.events), { kind: "ended", how: "done" });
        assert.equal(trap.sent.length, 0, "nothing went to the address the environment names");
        assert.equal(played.sent.length, 1);
        const { host: _host, ...headers } = played.sent[0]?.headers ?? {};
        const { host: _cleanHost, ...cleanHeaders } = clean.sent[0]?.headers ?? {};
        assert.deepEqual(headers, cleanHeaders);
        assert.equal(headers.authorization, `Bearer ${key}`);
        assert.equal(played.sent[0]?.text, clean.sent[0]?.text);
        assert.equal(played.sent[0]?.url, "/v1/messages");
        assert.deepEqual(printed, [], "nothing was printed");
      });
    });
  });
});

describe("the fetch of a window, with its proxies and certificates,", () => {
  /** Runs with both fetches of a window in place: VS Code's own, and the platform's that it keeps. Gives the ones that were used. */
  async function fetchesUsed(kept: boolean, use: (platform: typeof fetch) => Promise<unknown>): Promise<string[]> {
    const place = globalThis as { fetch: typeof fetch; __vscodeOriginalFetch?: typeof fetch };
    const platform = place.fetch;
    const used: string[] = [];
    const noted = (name: string, through: typeof fetch): typeof fetch => {
      return async (input, init) => {
        used.push(name);
        return new Request(input).url.startsWith("https:") ? new Response("{}", { status: 401 }) : through(input, init);
      };
    };
    if (kept) place.__vscodeOriginalFetch = noted("the platform's", platform);
    place.fetch = noted("the window's", platform);
    try {
      await use(platform);
    } finally {
      place.fetch = platform;
      delete place.__vscodeOriginalFetch;
    }
    return used;
  }
  const ask = (endpoint: string) =>
    openClient({ endpoint, key, keyHeader: "authorization", headers: {} }, () => {})
      .messages.create({ model: "any", max_tokens: 1, messages: [{ role: "user", content: "Hello." }] })
      .catch(() => null);

  it("is used for every https address, this machine's too", async () => {
    for (const endpoint of ["https://gateway.example/anthropic", "https://127.0.0.1:1", "https://localhost:1"])
      assert.deepEqual(await fetchesUsed(true, () => ask(endpoint)), ["the window's"], endpoint);
  });

  it("is not used for what goes to this machine unencrypted", async () => {
    const used = await fetchesUsed(true, async () => {
      const played = await play({ answers: [done] });
      assert.deepEqual(last(played.events), { kind: "ended", how: "done" });
    });
    assert.deepEqual(used, ["the platform's"]);
  });

  it("is used for everything where there is no other", async () => {
    assert.deepEqual(await fetchesUsed(false, () => play({ answers: [done] })), ["the window's"]);
  });
});

describe("access to an endpoint", () => {
  const cases: [string, string, boolean][] = [
    ["https://api.anthropic.com", "https://api.anthropic.com", true],
    ["https://gateway.example/anthropic/", "https://gateway.example/anthropic", true],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080", true],
    ["http://localhost:8080/", "http://localhost:8080", true],
    ["http://[::1]:8080", "http://[::1]:8080", true],
    ["http://api.anthropic.com", "not encrypted", false],
    ["http://127.0.0.1.example", "not encrypted", false],
    ["http://localhost.example", "not encrypted", false],
    ["http://127.0.0.1@example.com", "not encrypted", false],
    ["http://192.168.0.1", "not encrypted", false],
    ["http://0.0.0.0:80", "not encrypted", false],
    ["https://user:word@example.com", "user name", false],
    ["https://example.com?to=", "query", false],
    ["https://example.com?", "query", false],
    ["https://example.com#x", "fragment", false],
    ["ftp://example.com", "web address", false],
    ["file:///etc/passwd", "web address", false],
    ["javascript:alert(1)", "web address", false],
    ["", "web address", false],
    ["example.com", "web address", false],
  ];
  for (const [endpoint, says, allowed] of cases) {
    it(`${allowed ? "is given to" : "is refused to"} ${JSON.stringify(endpoint)}`, () => {
      const checked = checkAccess({ endpoint, key, keyHeader: "authorization", headers: {} });
      if (checked.kind === "ok") assert.deepEqual([checked.access.endpoint, allowed], [says, true]);
      else assert.ok(!allowed && checked.message.includes(says) && checked.remedy !== "", checked.message);
    });
  }

  for (const [name, given] of [
    ["no key", ""],
    ["only spaces", " \n"],
    ["a line break inside", "sk\nx-evil: 1"],
    ["a character outside ASCII", "sk-ключ"],
  ] as const) {
    it(`needs a key: ${name} names Set API Key…`, async () => {
      const { events, sent } = await play({ answers: [done], options: { key: given } });
      assert.equal(last(events).how, "failed");
      assert.match(last(events).remedy ?? "", /Set API Key…/);
      assert.equal(sent.length, 0);
      assert.equal(events.length, 1);
    });
  }

  it("is refused as the end of the turn, before any request", async () => {
    const { events } = await play({ answers: [done], endpoint: "http://example.com" });
    assert.equal(events.length, 1);
    assert.match(last(events).message ?? "", /not encrypted/);
  });

  it("takes a key with spaces around it as pasted", async () => {
    const { sent } = await play({ answers: [done], options: { key: ` ${key}\n` } });
    assert.equal(sent[0]?.headers.authorization, `Bearer ${key}`);
  });
});
