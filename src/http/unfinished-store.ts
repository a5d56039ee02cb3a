import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FileConfigstore, FileStore } from "@tus/file-store";
import type { Upload } from "@tus/server";
import { writeError } from "../domain/disk-full.ts";
import type { Shelf } from "../domain/photos.ts";
import { promiseRoom } from "../domain/quota.ts";
import { startsAsPicture } from "../domain/starts-as-picture.ts";
import { Turns } from "../domain/turns.ts";
import { FaceError } from "../face/errors.ts";

/** A laptop that was closed on Friday goes on on Monday. */
const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Bytes that are written between two looks at the space there is, which others take as well. */
const spaceStep = 4e6;

/**
 * The bytes of uploads that have begun, and what is known of each. That one was taken in is kept for a while, for clients
 * that did not get the answer; its bytes are elsewhere then.
 */
export class UnfinishedStore extends FileStore {
  readonly #shelf: Shelf;
  /** Bytes of the uploads under way that have not arrived. */
  readonly #toCome = new Map<string, number>();
  readonly #turns = new Turns();

  constructor(directory: string, shelf: Shelf) {
    const configstore = new WholeDescriptions(directory);
    super({ directory, configstore, expirationPeriodInMilliseconds: keptMs });
    this.#shelf = shelf;
  }

  fileOf({ id }: Upload): string {
    return join(this.directory, id);
  }

  /** @throws RollcallError QUOTA_EXCEEDED, DISK_FULL */
  override async create(upload: Upload): Promise<Upload> {
    const { limits, promised } = this.#shelf;
    const bytes = upload.size ?? limits.mostBytes;
    await promiseRoom(this.#shelf, upload.id, { eventId: eventOf(upload), bytes });
    try {
      await this.checkSpace({ size: upload.size ?? 0, offset: 0 });
      return await super.create(upload);
    } catch (error) {
      await promised.release(upload.id);
      throw error;
    }
  }

  override async declareUploadLength(id: string, size: number): Promise<void> {
    await super.declareUploadLength(id, size);
    await this.#shelf.promised.keep(id, { eventId: eventOf(await super.getUpload(id)), bytes: size });
  }

  override async remove(id: string): Promise<void> {
    await super.remove(id);
    await this.#shelf.promised.release(id);
  }

  async remember(upload: Upload, photoId: string): Promise<void> {
    const known = await super.getUpload(upload.id);
    // What it was called goes with the photo, should that be deleted.
    known.metadata = { event: known.metadata?.event ?? "", accepted: photoId };
    await this.configstore.set(upload.id, known);
    await truncate(this.fileOf(upload), 0);
  }

  /** Also those that were taken in: the store itself keeps what is whole for ever. */
  override async deleteExpired(): Promise<number> {
    let removed = await super.deleteExpired();
    const oldest = Date.now() - keptMs;
    for (const id of (await this.configstore.list?.()) ?? []) {
      const known = await this.configstore.get(id);
      if (!known || !isAccepted(known) || Date.parse(known.creation_date ?? "") > oldest) continue;
      await this.remove(id);
      removed++;
    }
    return removed;
  }

  /**
   * Whether there is room for the rest of an upload beside those that are on their way.
   *
   * @throws RollcallError DISK_FULL
   */
  async checkSpace({ size, offset }: { readonly size: number; readonly offset: number }): Promise<void> {
    const toCome = [...this.#toCome.values()].reduce((sum, one) => sum + one, 0);
    // While it is taken in, it is there twice.
    await this.#shelf.blobs.checkSpace(size - offset + size + toCome);
  }

  /** @throws RollcallError DISK_FULL; FaceError IMAGE_UNSUPPORTED, and then the upload is gone */
  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    const { size = offset } = await super.getUpload(id);
    await this.#turns.take("space", async () => {
      await this.checkSpace({ size, offset });
      this.#toCome.set(id, size - offset);
    });
    try {
      return await this.#append(bytes, id, offset);
    } catch (error) {
      if (error instanceof FaceError) await this.remove(id);
      throw writeError(error);
    } finally {
      this.#toCome.delete(id);
    }
  }

  /** Not by the store itself, which does not say what went wrong. */
  async #append(bytes: Readable, id: string, offset: number): Promise<number> {
    let [at, asked] = [offset, offset];
    // Whoever sends the rest is to hear why it is not wanted: a destroyed stream would end as a broken connection.
    const sent = bytes.iterator({ destroyOnReturn: false });
    const arriving = async function* (this: UnfinishedStore) {
      for await (const chunk of offset > 0 ? sent : startsAsPicture(sent)) {
        const toCome = this.#toCome.get(id) ?? 0;
        if (at + chunk.length > asked) {
          await this.#shelf.blobs.checkSpace(Math.min(spaceStep, toCome));
          asked = at + spaceStep;
        }
        yield chunk;
        at += chunk.length;
        this.#toCome.set(id, Math.max(0, toCome - chunk.length));
      }
    };
    const file = createWriteStream(join(this.directory, id), { flags: "r+", start: offset });
    await pipeline(Readable.from(arriving.call(this), { objectMode: false }), file);
    return at;
  }

  override async getUpload(id: string): Promise<Upload> {
    const upload = await super.getUpload(id);
    if (isAccepted(upload) && upload.size !== undefined) upload.offset = upload.size;
    return upload;
  }
}

export function isAccepted({ metadata }: Pick<Upload, "metadata">): boolean {
  return metadata?.accepted !== undefined;
}

export function eventOf({ metadata }: Pick<Upload, "metadata">): string {
  return metadata?.event ?? "";
}

/** A description is there as a whole or not at all, or nobody would know what its bytes are of. */
class WholeDescriptions extends FileConfigstore {
  override async set(id: string, upload: Upload): Promise<void> {
    const file = join(this.directory, `${id}.json`);
    const beside = `${file}.${randomBytes(4).toString("hex")}`;
    try {
      await writeFile(beside, JSON.stringify(upload));
      await rename(beside, file);
    } catch (error) {
      await rm(beside, { force: true });
      throw writeError(error);
    }
  }
}
