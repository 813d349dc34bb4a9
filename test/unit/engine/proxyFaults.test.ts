/** What a person is told of a proxy in the way: the errors are as the editor's fetch gives them. */
import assert from "node:assert/strict";
import { faultOf } from "../../../src/engine/anthropic/faults.ts";
import { key } from "./api.ts";

describe("a proxy in the way", () => {
  const place = { host: "gateway.example", model: "m", key };
  const failed = (cause: Error, more: object = {}): Error =>
    new TypeError("fetch failed", { cause: Object.assign(cause, more) });
  const tunnel = (status: string): Error =>
    failed(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), { code: "UND_ERR_ABORTED" });
  const refused = (more: object): Error =>
    failed(new Error("connect"), { code: "ECONNREFUSED", syscall: "connect", ...more });
  const cases: [string, Error, string, RegExp, RegExp][] = [
    ["that wants a name", tunnel("407"), place.host, /asks for a name and a password \(407\)/, /http\.proxy/],
    [
      "that lets nobody through",
      tunnel("403"),
      place.host,
      /not let requests through to gateway.example \(403\)/,
      /Ask/,
    ],
    ["that finds nothing behind it", tunnel("502"), place.host, /not let requests through to .* \(502\)/, /Ask/],
    [
      "that refuses connections",
      refused({ address: "10.0.0.1", port: 3128 }),
      place.host,
      /the proxy at 10\.0\.0\.1:3128 could not be reached/,
      /http\.proxy/,
    ],
    [
      "that refuses connections at an address of version 6",
      refused({ address: "fd00::1", port: 3128 }),
      place.host,
      /the proxy at \[fd00::1\]:3128 could/,
      /http\.proxy/,
    ],
    [
      "whose name is not known",
      failed(new Error("getaddrinfo"), { code: "ENOTFOUND", hostname: "proxy.example" }),
      place.host,
      /the proxy at proxy\.example could not be reached/,
      /http\.proxy/,
    ],
    [
      "that does not answer",
      failed(new Error("Connect Timeout Error (attempted address: 10.0.0.1:3128, timeout: 10000ms)"), {
        code: "UND_ERR_CONNECT_TIMEOUT",
      }),
      place.host,
      /the proxy at 10\.0\.0\.1:3128 could not be reached/,
      /http\.proxy/,
    ],
    [
      "is not blamed for an endpoint that refuses connections",
      refused({ address: "10.0.0.2", port: 443 }),
      place.host,
      /: gateway\.example could not be reached/,
      /endpoint/,
    ],
    [
      "is not blamed for an endpoint with a port of its own",
      refused({ address: "127.0.0.1", port: 8443 }),
      "localhost:8443",
      /: localhost:8443 could not be reached/,
      /endpoint/,
    ],
    [
      "that shows a certificate of its own",
      failed(new Error("unable to verify"), { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
      place.host,
      /the certificate of gateway\.example is not trusted/,
      /certificates of your system/,
    ],
    [
      "that shows an old certificate",
      failed(new Error("expired"), { code: "CERT_HAS_EXPIRED" }),
      place.host,
      /could not be made \(CERT_HAS_EXPIRED\)/,
      /Check the proxy/,
    ],
  ];
  for (const [name, error, host, message, remedy] of cases)
    it(name, () => {
      const fault = faultOf(error, { ...place, host });
      assert.ok(fault.kind === "final", fault.kind);
      assert.match(fault.message, message);
      assert.match(fault.remedy, remedy);
    });
});
