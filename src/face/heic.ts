import type { LibHeif } from "libheif-js/libheif-wasm/libheif-bundle.mjs";
import { FaceError } from "./errors.ts";

/** Pixels as libheif gives them: rotation and mirroring that the container asks for are already applied. */
export interface HeicPixels {
  readonly width: number;
  readonly height: number;
  /** Interleaved RGB, 8 bits each, in the colour space of `icc`. */
  readonly data: Uint8Array;
  readonly icc: Uint8Array | undefined;
}

// Values from libheif's public header heif.h.
const colourSpaceRgb = 1;
const chromaInterleavedRgb = 10;
const channelInterleaved = 10;
const unsupportedCodes: readonly number[] = [3, 4];
const errorMemoryAllocation = 6;
const suberrorSecurityLimit = 1000;

/** WebAssembly memory never shrinks, so a module that has grown beyond this is dropped with all it holds. */
const keepModuleBelowBytes = 192 * 1024 * 1024;

/** Its decoders print what they dislike; what matters of it is in the error. */
const silent = { print: () => {}, printErr: () => {} };

let cached: LibHeif | undefined;

/**
 * Decodes the primary image of a HEIC or HEIF file at full size. Blocks its thread while it works.
 *
 * @param checkSize is given the upright size before anything is decoded, and throws when it is unacceptable
 * @throws FaceError IMAGE_CORRUPT, IMAGE_UNSUPPORTED or IMAGE_TOO_LARGE
 */
export async function decodeHeic(
  bytes: Uint8Array,
  checkSize: (width: number, height: number) => void,
): Promise<HeicPixels> {
  cached ??= (await import("libheif-js/libheif-wasm/libheif-bundle.mjs")).default(silent);
  const heif = cached;
  let isSound = false;
  try {
    const pixels = new HeicReader(heif).read(bytes, checkSize);
    isSound = true;
    return pixels;
  } catch (error) {
    // A refusal leaves the module as it was; a trap (out of memory, a bug) leaves it in a state nobody knows.
    isSound = error instanceof FaceError;
    if (isSound) throw error;
    throw new FaceError("IMAGE_CORRUPT", "The HEIC picture cannot be decoded.", { cause: error });
  } finally {
    if (!isSound || heif.HEAPU8.length > keepModuleBelowBytes) cached = undefined;
  }
}

/** One decoding. Releases what it took from libheif in the reverse order, whatever happens. */
class HeicReader {
  readonly #heif: LibHeif;
  readonly #releases: (() => void)[] = [];

  constructor(heif: LibHeif) {
    this.#heif = heif;
  }

  read(bytes: Uint8Array, checkSize: (width: number, height: number) => void): HeicPixels {
    const heif = this.#heif;
    try {
      const file = this.#copyIn(bytes);
      const context = heif._heif_context_alloc();
      this.#releases.push(() => heif._heif_context_free(context));
      this.#call((error) => heif._heif_context_read_from_memory_without_copy(error, context, file, bytes.length, 0));

      const handle = this.#callForPointer((error, out) =>
        heif._heif_context_get_primary_image_handle(error, context, out),
      );
      this.#releases.push(() => heif._heif_image_handle_release(handle));
      checkSize(heif._heif_image_handle_get_width(handle), heif._heif_image_handle_get_height(handle));
      const icc = this.#readProfile(handle);

      const image = this.#callForPointer((error, out) =>
        heif._heif_decode_image(error, handle, out, colourSpaceRgb, chromaInterleavedRgb, 0),
      );
      this.#releases.push(() => heif._heif_image_release(image));
      return { ...this.#copyOut(image), icc };
    } finally {
      for (const release of this.#releases.reverse()) release();
    }
  }

  #copyIn(bytes: Uint8Array): number {
    const at = this.#allocate(bytes.length);
    this.#heif.HEAPU8.set(bytes, at);
    return at;
  }

  #copyOut(image: number): { width: number; height: number; data: Uint8Array } {
    const heif = this.#heif;
    const strideOut = this.#allocate(4);
    const plane = heif._heif_image_get_plane_readonly(image, channelInterleaved, strideOut);
    const width = heif._heif_image_get_width(image, channelInterleaved);
    const height = heif._heif_image_get_height(image, channelInterleaved);
    const stride = this.#readInt(strideOut);
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      const row = plane + y * stride;
      data.set(heif.HEAPU8.subarray(row, row + width * 3), y * width * 3);
    }
    return { width, height, data };
  }

  #readProfile(handle: number): Uint8Array | undefined {
    const size = this.#heif._heif_image_handle_get_raw_color_profile_size(handle);
    if (size === 0) return undefined;
    const out = this.#allocate(size);
    this.#call((error) => this.#heif._heif_image_handle_get_raw_color_profile(error, handle, out));
    return this.#heif.HEAPU8.slice(out, out + size);
  }

  /** Runs a function of libheif that returns a `heif_error`: code, subcode and a pointer to a message, four bytes each. */
  #call(run: (error: number) => void): void {
    const error = this.#allocate(12);
    run(error);
    const code = this.#readInt(error);
    if (code === 0) return;
    const message = this.#readText(this.#readInt(error + 8));
    if (code === errorMemoryAllocation || this.#readInt(error + 4) === suberrorSecurityLimit) {
      throw new FaceError("IMAGE_TOO_LARGE", `The HEIC picture needs more memory than decoding may take (${message}).`);
    }
    if (unsupportedCodes.includes(code)) {
      throw new FaceError("IMAGE_UNSUPPORTED", `The HEIF file uses a feature that cannot be read (${message}).`);
    }
    throw new FaceError("IMAGE_CORRUPT", `The HEIC picture cannot be decoded (${message}). Copy it again.`);
  }

  #callForPointer(run: (error: number, out: number) => void): number {
    const out = this.#allocate(4);
    this.#call((error) => run(error, out));
    return this.#readInt(out);
  }

  #allocate(bytes: number): number {
    const at = this.#heif._malloc(bytes);
    if (at === 0) throw new FaceError("IMAGE_TOO_LARGE", "The HEIC picture needs more memory than decoding may take.");
    this.#releases.push(() => this.#heif._free(at));
    return at;
  }

  #readInt(at: number): number {
    const heap = this.#heif.HEAPU8;
    return new DataView(heap.buffer, heap.byteOffset).getUint32(at, true);
  }

  #readText(at: number): string {
    const heap = this.#heif.HEAPU8;
    return new TextDecoder().decode(heap.subarray(at, heap.indexOf(0, at)));
  }
}
