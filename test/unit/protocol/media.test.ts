/** What a file is, read off its bytes, and what of it can go along with a task. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { mediaIn, mediaProblem, mostBytes, type MediaType } from "../../../src/protocol/index.ts";
import { made } from "../engine/images.ts";

describe("an image or a document", () => {
  const known: [string, Uint8Array, MediaType][] = [
    ["png", made.png(640, 480), "image/png"],
    ["gif", made.gif(640, 480), "image/gif"],
    ["jpeg", made.jpeg(640, 480), "image/jpeg"],
    ["webp, lossy", made.webp("VP8 ", 640, 480), "image/webp"],
    ["webp, lossless", made.webp("VP8L", 640, 480), "image/webp"],
    ["webp, extended", made.webp("VP8X", 640, 480), "image/webp"],
  ];
  for (const [name, bytes, type] of known)
    it(`of the kind ${name} is known by its first bytes, with its size`, () =>
      assert.deepEqual(mediaIn(bytes), { type, width: 640, height: 480 }));

  it("that is a PDF document is known, without a size", () =>
    assert.deepEqual(mediaIn(made.pdf()), { type: "application/pdf", width: null, height: null }));

  for (const [name, text] of [
    ["a text", "hello"],
    ["a drawing in XML", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ["a bitmap", "BM\x00\x00"],
    ["another file in RIFF", "RIFF\x00\x00\x00\x00WAVEfmt "],
    ["a page that begins like a document later on", " %PDF-1.7"],
    ["nothing", ""],
    ["half of a beginning", "\x89PNG\r\n"],
  ] as const)
    it(`is not ${name}`, () => assert.equal(mediaIn(Buffer.from(text, "latin1")), null));

  it("may be cut anywhere, or hold anything, and is read to an end", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...known.map(([, bytes]) => bytes), made.pdf()),
        fc.nat(40),
        fc.uint8Array({ maxLength: 200 }),
        (start, cut, rest) => {
          const media = mediaIn(Uint8Array.from([...start.slice(0, cut), ...rest]));
          if (media !== null) mediaProblem(media, rest.length);
        },
      ),
    );
  });

  it("goes along up to the limits and not beyond", () => {
    const image = { type: "image/png", width: 8_000, height: 1 } as const;
    const document = { type: "application/pdf", width: null, height: null } as const;
    assert.equal(mediaProblem(image, mostBytes.image), null);
    assert.equal(mediaProblem(image, mostBytes.image + 1), "large");
    assert.equal(mediaProblem({ ...image, height: 8_001 }, 100), "wide");
    assert.equal(mediaProblem({ ...image, width: null, height: null }, 100), null);
    assert.equal(mediaProblem(document, mostBytes.document), null);
    assert.equal(mediaProblem(document, mostBytes.document + 1), "large");
    assert.ok(Math.ceil(mostBytes.image / 3) * 4 <= 5 * 1024 * 1024, "in base64 an image has at most 5 MB");
  });
});
