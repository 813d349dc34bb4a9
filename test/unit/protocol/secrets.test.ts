/** Secrets in what is logged: what has a key's shape is masked; what only looks a little like one is left to be read. */
import assert from "node:assert/strict";
import { withoutSecrets } from "../../../src/protocol/secrets.ts";

// Put together here, so that no text of this project has the shape of a key.
const random = (length: number) => "aZ3kQ9xB7mW2pL5vT8nR4cY6dF1gH0jS".repeat(9).slice(0, length);
const capitals = (length: number) => "Q7ZK2MX9PW4LV8TN".repeat(3).slice(0, length);
const dashes = "-".repeat(5);
const key = (kind: string, end = "END") =>
  `${dashes}BEGIN ${kind}PRIVATE KEY${dashes}\nMIIEv\nQIBADANB\n${end === "" ? "" : `${dashes}${end} ${kind}PRIVATE KEY${dashes}`}`;

const secrets: [string, string, string][] = [
  ["a key of the model's service", `401 for sk-${"ant"}-api03-${random(40)}_x-y`, "401 for ‹masked›"],
  ["another service's key", `sk-${"proj"}-${random(40)}`, "‹masked›"],
  ["a payment key", `sk_${"live"}_${random(24)}`, "‹masked›"],
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map((kind): [string, string, string] => [
    `a token ${kind}`,
    `push with ${kind}_${random(36)} failed`,
    "push with ‹masked› failed",
  ]),
  ["a token of limited rights", `github_${"pat"}_${random(22)}_${random(59)}`, "‹masked›"],
  ["a token of another host", `gl${"pat"}-${random(20)}`, "‹masked›"],
  ["a cloud's key id", `AK${"IA"}${capitals(16)}`, "‹masked›"],
  ["a chat's token", `xo${"xb"}-123456789012-${random(24)}`, "‹masked›"],
  ["a maps key", `key AI${"za"}${random(35)}`, "key ‹masked›"],
  ["a package registry's token", `np${"m"}_${random(36)}`, "‹masked›"],
  [
    "a signed token",
    `ey${"J"}hbGciOi.ey${"J"}zdWIiOiIx.${random(43)}`.replace("hbGciOi", "hbGciOiJIUzI1NiJ9"),
    "‹masked›",
  ],
  ["a private key", `before\n${key("")}\nafter`, "before\n‹masked›\nafter"],
  ["a private key of a kind", key("RSA "), "‹masked›"],
  ["a private key that is cut off", `x ${key("OPENSSH ", "")}`, "x ‹masked›"],
  ["a header", "authorization: Bearer abc.def", "authorization: ‹masked›"],
  ["a header in JSON", `{"x-api-key": "${random(12)}", "a": 1}`, '{"x-api-key": "‹masked›", "a": 1}'],
  ["a cookie", "Cookie: sid=1; other=2\nnext", "Cookie: ‹masked›\nnext"],
  ["credentials in the middle of a line", `sent Bearer ${random(20)} twice`, "sent Bearer ‹masked› twice"],
  ["a password in an address", "https://me:word@host.example/x", "https://‹masked›@host.example/x"],
  ["a password with an @ in it", "postgres://me:w@rd@host/x", "postgres://‹masked›@host/x"],
  ["a token in an address", `https://${random(20)}@host.example/x.git`, "https://‹masked›@host.example/x.git"],
  ["a token in a query", `GET /v1?access_token=${random(20)}&a=1`, "GET /v1?access_token=‹masked›&a=1"],
  ["an assignment", `ANTHROPIC_API_KEY=${random(20)}`, "ANTHROPIC_API_KEY=‹masked›"],
  ["an assignment in JSON", `{"clientSecret":"${random(16)}"}`, '{"clientSecret":"‹masked›"}'],
  ["an assignment in YAML", "password: hunter2!x9", "password: ‹masked›"],
  ["a hexadecimal token that is called one", `token: ${"3f9c81d2e07b5a64".repeat(3)}`, "token: ‹masked›"],
  ["long random text", `got ${random(40)}`, "got ‹masked›"],
  ["several in one line", `a=gh${"p"}_${random(36)} https://u:p@h/ b`, "a=‹masked› https://‹masked›@h/ b"],
];

const innocent: [string, string][] = [
  ["a commit", "at 99c03f0a1b2c3d4e5f60718293a4b5c6d7e8f901 in main"],
  ["a content id", `body ${"0123456789abcdef".repeat(4)}`],
  ["a content id in capitals", `body ${"0123456789ABCDEF".repeat(4)}`],
  ["an integrity hash", `"integrity": "sha512-${random(86)}=="`],
  ["a UUID", "request 7d444840-9dc0-11d1-b245-5ffdce74fad2 failed"],
  ["a session's id", "session 0123456789abcdefghjkmnpqrs: open"],
  ["a request's id", "req_011CSHoEeqs5C35K2UUqR7Fy"],
  ["an address", "https://api.example/v1/messages?limit=20&after=abc"],
  ["a login that is no secret", "ssh://git@github.com/a/b.git"],
  ["a package's scope in an address", "https://registry.example/@scope/name/-/name-1.2.3.tgz"],
  ["counts of tokens", "max_tokens: 4096000000, input_tokens=123456789"],
  ["words after a name", "password: required, token: undefined, secret = somewhere"],
  ["a call in code", "token = parser.nextToken1(); secret: readSecret2(x)"],
  ["names that only end alike", "monkey=Banana2Banana2 keyboard=Qwerty12345"],
  ["words after a scheme", "Basic authentication is off; Bearer tokens are not accepted; bearer of news"],
  ["a long name", "handleHTTP2ConnectionUpgradeRequestV3WithRetry is not a function"],
  ["a long constant", "THE_LONGEST_NAME_OF_A_CONSTANT_IN_V2_OF_THIS"],
  ["a long path", "src/engine/anthropic/ConnectionPool2/handlers/v3/UpgradeRequest.ts"],
  ["a bundle's place", "TypeError: x is not a function (extension.cjs:12:3 < session.cjs:4:5)"],
  ["a public key", `${dashes}BEGIN PUBLIC KEY${dashes}`],
  ["prefixes in names", "sk-icon task_ghp desk-ant xoxo key_up token_refresh_failed"],
  ["a model's name", "claude-sonnet-5-5-20990101"],
];

describe("secrets in what is logged", () => {
  for (const [what, text, clean] of secrets)
    it(`are masked: ${what}`, () => {
      assert.equal(withoutSecrets(text), clean);
      assert.equal(withoutSecrets(clean), clean, "masking twice is masking once");
    });

  for (const [what, text] of innocent) it(`are not found in ${what}`, () => assert.equal(withoutSecrets(text), text));

  it("are masked by their exact value, whatever their shape, also as part of an address", () => {
    const known = ["plain words", "plain words and more", "ab/c=d"];
    const text = "x plain words and more, plain words; ?k=ab%2Fc%3Dd";
    assert.equal(withoutSecrets(text, known), "x ‹masked›, ‹masked›; ?k=‹masked›");
  });

  it("tear up no word where a known value is as short as one", () => {
    assert.equal(withoutSecrets("a test of it", ["test", ""]), "a test of it");
  });

  for (const [what, piece] of [
    ["beginnings of keys", `sk-ant-`],
    ["beginnings of signed tokens", "eyJaaaaaaaaa-"],
    ["beginnings of private keys", `${dashes}BEGIN PRIVATE KEY${dashes} `],
    ["names", "token_"],
    ["addresses", "a://b"],
    ["blanks", "secret   "],
    ["letters", "Ab1"],
    ["signs", "x=/+-"],
    ["parts of a query", "&a"],
  ] as const) {
    it(`take no long time to look for in ${what}, a hundred thousand of them`, () => {
      const from = process.cpuUsage();
      withoutSecrets(piece.repeat(100_000));
      const { user, system } = process.cpuUsage(from);
      assert.ok(user + system < 3_000_000, `${user + system} µs`);
    });
  }
});
