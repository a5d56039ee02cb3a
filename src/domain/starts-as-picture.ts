import { checkStart, headLength } from "../face/image-format.ts";

/**
 * The bytes as they come, once their start may be that of a picture: what is none is refused before anything is kept of it.
 *
 * @throws FaceError IMAGE_UNSUPPORTED, while it is read
 */
export async function* startsAsPicture(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < headLength) continue;
    checkStart(head);
    yield head;
    head = undefined;
  }
  // So short a file is looked at when it is there as a whole; a connection may just have ended here.
  if (head !== undefined && head.length > 0) yield head;
}
