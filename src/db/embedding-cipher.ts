import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { RollcallError } from "../domain/errors.ts";

/** NIST SP 800-38D recommends 96-bit nonces, and at most 2^32 random ones per key: an embedding for half of mankind. */
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/** What an embedding belongs to. It is authenticated with it, so that no record passes for another one's. */
export interface EmbeddingOwner {
  readonly eventId: string;
  readonly faceId: string;
  readonly pipelineId: string;
}

/**
 * Embeddings as they are stored: nonce (12 bytes), then the 32-bit little-endian floats encrypted with AES-256-GCM, then
 * the tag (16 bytes). The key used is derived from the one given, which is used for nothing else.
 */
export class EmbeddingCipher {
  readonly #key: Buffer;
  readonly #check: string;

  /** @param key 32 random bytes */
  constructor(key: Uint8Array) {
    if (key.length !== keyBytes) throw new RangeError(`a key of ${key.length} bytes`);
    this.#key = derive(key, "rollcall embeddings 1");
    this.#check = createHmac("sha256", derive(key, "rollcall key check 1")).update("check").digest("base64");
  }

  /** Tells whether another key is the same, and nothing else about it. */
  get keyCheck(): string {
    return this.#check;
  }

  matches(keyCheck: string): boolean {
    const own = Buffer.from(this.#check);
    const other = Buffer.from(keyCheck);
    return own.length === other.length && timingSafeEqual(own, other);
  }

  encrypt(embedding: Float32Array, owner: EmbeddingOwner): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(associatedData(owner));
    const body = cipher.update(bytesOf(embedding));
    cipher.final();
    return Buffer.concat([nonce, body, cipher.getAuthTag()]);
  }

  /** @throws RollcallError EMBEDDING_UNREADABLE when the record was altered, moved, or encrypted with another key */
  decrypt(sealed: Uint8Array, owner: EmbeddingOwner): Float32Array {
    try {
      const nonce = sealed.subarray(0, nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(associatedData(owner));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const body = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
      decipher.final();
      return floats(body);
    } catch (error) {
      throw new RollcallError(
        "EMBEDDING_UNREADABLE",
        `Face ${owner.faceId} cannot be decrypted: its record in the database was altered. Restore the database from a backup.`,
        { cause: error },
      );
    }
  }
}

function derive(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, "", purpose, keyBytes));
}

/** Lengths first, so that no two owners ever give the same bytes. */
function associatedData({ eventId, faceId, pipelineId }: EmbeddingOwner): Buffer {
  return Buffer.from([eventId, faceId, pipelineId].map((part) => `${Buffer.byteLength(part)}:${part}`).join(""));
}

/** Every platform that libsql is built for is little-endian. */
function bytesOf(embedding: Float32Array): Uint8Array {
  return new Uint8Array(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

function floats(body: Buffer): Float32Array {
  // A copy: buffers from the pool start anywhere, and a Float32Array has to start at a multiple of four.
  return new Float32Array(new Uint8Array(body).buffer);
}
