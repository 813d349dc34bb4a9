import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldScanner, type Field } from "../../../src/engine/anthropic/fields.ts";

/** What the scanner gives for JSON cut at these places, per field. */
function scanned(json: string, cuts: readonly number[]): Record<Field, string> {
  const scanner = fieldScanner();
  const found: Record<Field, string> = { path: "", old: "", new: "" };
  const places = [...new Set(cuts.map((cut) => cut % (json.length + 1)))].toSorted((a, b) => a - b);
  let from = 0;
  for (const place of [...places, json.length]) {
    for (const { field, text } of scanner.push(json.slice(from, place))) found[field] += text;
    from = place;
  }
  return found;
}

/** What a parser gives. */
function parsed(value: Record<string, unknown>): Record<Field, string> {
  const text = (key: string): string => (typeof value[key] === "string" ? value[key] : "");
  return { path: text("file_path"), old: text("old_string"), new: text("new_string") + text("content") };
}

/** Every character escaped as \uXXXX, in keys as well. */
function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => {
    const text = JSON.parse(`"${inner}"`) as string;
    const codes = Array.from({ length: text.length }, (_none, at) => text.charCodeAt(at));
    return `"${codes.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("")}"`;
  });
}

const anyText = fc.string({ unit: "binary" });
const anyKey = fc.oneof(
  fc.constantFrom("file_path", "old_string", "new_string", "content", "other", "__proto__"),
  anyText,
);
const anyInput = fc
  .uniqueArray(
    fc.tuple(anyKey, fc.oneof({ weight: 3, arbitrary: anyText }, { weight: 1, arbitrary: fc.jsonValue() })),
    {
      selector: ([key]) => (key === "content" ? "new_string" : key),
    },
  )
  .map((entries) => Object.fromEntries(entries));
const anyCuts = fc.array(fc.nat(5000), { maxLength: 40 });

describe("the fields of a streaming tool input", () => {
  it("add up to what JSON.parse gives, for any JSON cut anywhere", () => {
    fc.assert(
      fc.property(
        anyInput,
        anyCuts,
        fc.constantFrom(JSON.stringify, escapedJson, (value: unknown) => JSON.stringify(value, null, 2)),
        (input, cuts, write) => {
          assert.deepEqual(scanned(write(input), cuts), parsed(input));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("are the same for one piece per character as for one piece in all", () => {
    const input = {
      file_path: "a/“b”.ts",
      old_string: 'tab\t"quote"\\ 𝄞 \u0000',
      new_string: "",
      nested: { content: "not this" },
    };
    for (const json of [JSON.stringify(input), escapedJson(input)]) {
      const every = Array.from({ length: json.length }, (_none, at) => at);
      assert.deepEqual(scanned(json, every), parsed(input));
      assert.deepEqual(scanned(json, []), parsed(input));
    }
  });

  it("never end a piece in half a pair", () => {
    const scanner = fieldScanner();
    const json = '{"content":"\\ud834\\udd1e𝄞"}';
    const pieces = Array.from({ length: json.length }, (_none, at) => scanner.push(json.charAt(at))).flat();
    assert.deepEqual(
      pieces.map(({ text }) => text),
      ["𝄞", "𝄞"],
    );
  });

  it("leave out fields of inner objects, of lists, and of values that are no strings", () => {
    assert.deepEqual(scanned('{"a":{"content":"x"},"b":["content","y"],"file_path":3,"content":"z"}', []), {
      path: "",
      old: "",
      new: "z",
    });
    assert.deepEqual(scanned('["content","x"]', []), { path: "", old: "", new: "" });
  });

  it("tell of a key that stands twice, however it is spelled", () => {
    const scanner = fieldScanner();
    scanner.push('{"file_path":"a","inner":{"file_path":"b"}');
    assert.equal(scanner.repeated(), null);
    scanner.push(',"\\u0066ile_path":"c"}');
    assert.equal(scanner.repeated(), "file_path");
  });

  it("survive text that is no JSON at all", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (pieces) => {
        const scanner = fieldScanner();
        for (const piece of pieces) assert.ok(Array.isArray(scanner.push(piece)));
      }),
    );
  });

  it("cost the same per character at the end of a long input as at its start", () => {
    const spent = (length: number): number => {
      const scanner = fieldScanner();
      scanner.push('{"content":"');
      const before = process.cpuUsage();
      for (let at = 0; at < length; at += 16) scanner.push("sixteen letters!");
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    spent(400_000);
    const small = Math.min(spent(400_000), spent(400_000), spent(400_000));
    const large = Math.min(spent(3_200_000), spent(3_200_000));
    assert.ok(large < small * 8 * 4, `8 times the text took ${(large / small).toFixed(1)} times the work`);
  });
});
