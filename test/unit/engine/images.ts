/** Images and documents as small as they can be, made here: of this many pixels, and of this many bytes. */
export const made = {
  png: (width = 2, height = 3, bytes = 64): Uint8Array => {
    const image = Buffer.alloc(Math.max(bytes, 24));
    image.write("\x89PNG\r\n\x1a\n", "latin1");
    image.writeUInt32BE(width, 16);
    image.writeUInt32BE(height, 20);
    return Uint8Array.from(image);
  },
  gif: (width = 2, height = 3): Uint8Array => {
    const image = Buffer.alloc(16);
    image.write("GIF89a", "latin1");
    image.writeUInt16LE(width, 6);
    image.writeUInt16LE(height, 8);
    return Uint8Array.from(image);
  },
  jpeg: (width = 2, height = 3): Uint8Array => {
    const before = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xff, 0xdb, 0, 3, 9];
    const frame = [0xff, 0xc2, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 0, 0];
    return Uint8Array.from([...before, ...frame, 0xff, 0xd9]);
  },
  webp: (kind: "VP8 " | "VP8L" | "VP8X", width = 2, height = 3): Uint8Array => {
    const image = Buffer.alloc(32);
    image.write("RIFF", "latin1");
    image.write(`WEBP${kind}`, 8, "latin1");
    if (kind === "VP8X") {
      image.writeUIntLE(width - 1, 24, 3);
      image.writeUIntLE(height - 1, 27, 3);
    } else if (kind === "VP8L") image.writeUInt32LE((width - 1) | ((height - 1) << 14), 21);
    else {
      image.writeUInt16LE(width, 26);
      image.writeUInt16LE(height, 28);
    }
    return Uint8Array.from(image);
  },
  pdf: (bytes = 64): Uint8Array => Uint8Array.from(Buffer.from("%PDF-1.7\n".padEnd(bytes, " "), "latin1")),
};
