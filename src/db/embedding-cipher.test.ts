import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { EmbeddingCipher } from "./embedding-cipher.ts";

const owner = { eventId: "e", faceId: "f", pipelineId: "p" };
const embedding = Float32Array.from({ length: 192 }, (_, i) => Math.sin(i));

describe("EmbeddingCipher", () => {
  it("gives back exactly what was put in", () => {
    const cipher = new EmbeddingCipher(randomBytes(32));
    expect(cipher.decrypt(cipher.encrypt(embedding, owner), owner)).toEqual(embedding);
  });

  it("encrypts a view into a larger array without its neighbours", () => {
    const cipher = new EmbeddingCipher(randomBytes(32));
    const view = embedding.subarray(3, 67);
    expect(cipher.decrypt(cipher.encrypt(view, owner), owner)).toEqual(view.slice());
  });

  it("never writes the same bytes twice", () => {
    const cipher = new EmbeddingCipher(randomBytes(32));
    expect(cipher.encrypt(embedding, owner)).not.toEqual(cipher.encrypt(embedding, owner));
  });

  it("stores 12 bytes of nonce, the ciphertext and 16 bytes of tag, and nothing in the clear", () => {
    const sealed = new EmbeddingCipher(randomBytes(32)).encrypt(embedding, owner);
    expect(sealed.length).toBe(12 + embedding.byteLength + 16);
    const plain = Buffer.from(embedding.buffer);
    for (let i = 0; i + 8 <= plain.length; i += 8)
      expect(Buffer.from(sealed).includes(plain.subarray(i, i + 8))).toBe(false);
  });

  it.each([
    ["event", { ...owner, eventId: "other" }],
    ["face", { ...owner, faceId: "other" }],
    ["pipeline", { ...owner, pipelineId: "other" }],
    ["pair of event and face that concatenate to the same text", { ...owner, eventId: "ef", faceId: "" }],
  ])("refuses a record moved to another %s", (_, other) => {
    const cipher = new EmbeddingCipher(randomBytes(32));
    const sealed = cipher.encrypt(embedding, owner);
    expect(() => cipher.decrypt(sealed, other)).toThrow(expect.objectContaining({ code: "EMBEDDING_UNREADABLE" }));
  });

  it("refuses a record of which any byte was altered, and one cut short", () => {
    const cipher = new EmbeddingCipher(randomBytes(32));
    const sealed = cipher.encrypt(embedding, owner);
    for (const i of [0, 11, 12, 400, sealed.length - 16, sealed.length - 1]) {
      const altered = Uint8Array.from(sealed, (byte, at) => (at === i ? byte ^ 1 : byte));
      expect(() => cipher.decrypt(altered, owner), `byte ${i}`).toThrow("cannot be decrypted");
    }
    for (const length of [0, 5, 12, 27, sealed.length - 1]) {
      expect(() => cipher.decrypt(sealed.subarray(0, length), owner), `${length} bytes`).toThrow("cannot be decrypted");
    }
  });

  it("refuses what another key encrypted, and tells the keys apart beforehand", () => {
    const [one, other] = [new EmbeddingCipher(randomBytes(32)), new EmbeddingCipher(randomBytes(32))];
    expect(() => other.decrypt(one.encrypt(embedding, owner), owner)).toThrow("cannot be decrypted");
    expect(one.matches(one.keyCheck)).toBe(true);
    expect(other.matches(one.keyCheck)).toBe(false);
    expect(one.matches("")).toBe(false);
  });
});
