import type { ModelStatus } from "../face/models/inventory.ts";
import type { AccountStore, GuestStore, PasswordHasher } from "./access-ports.ts";
import type { SetupCode } from "./accounts.ts";
import type { ActivityFeed } from "./activity.ts";
import type { Selections } from "./archive.ts";
import type { BlobStore } from "./blobs.ts";
import type { Engines } from "./engines.ts";
import type { Gallery } from "./gallery.ts";
import type { FileReader } from "./photos.ts";
import type { PictureRenderer } from "./pictures.ts";
import type { Stores } from "./ports.ts";
import type { PromisedBytes } from "./promised-bytes.ts";
import type { UploadLimits } from "./quota.ts";

/** All that the use cases need, in one place: whoever serves people takes this and calls the functions of the domain. */
export interface Services {
  readonly stores: Stores;
  readonly accounts: AccountStore;
  readonly guests: GuestStore;
  readonly passwords: PasswordHasher;
  readonly blobs: BlobStore;
  readonly pictures: PictureRenderer;
  readonly files: FileReader;
  readonly gallery: Gallery;
  readonly activity: ActivityFeed;
  readonly limits: UploadLimits;
  readonly promised: PromisedBytes;
  readonly setup: SetupCode;
  readonly selections: Selections;
  /** Local folder for uploads that have begun. */
  readonly unfinishedUploads: string;
  /** Removes those of an event. */
  readonly forgetUploads: (eventId: string) => Promise<void>;
  readonly queue: PhotoQueue;
  readonly engines: Engines;
  readonly reindexer: {
    /** Why no photos are looked at again; undefined when all is well. */
    readonly fault: unknown;
    /** Something was begun or given up. */
    wake(): void;
  };
  /** All that can be fetched, then those that were imported. */
  readonly models: () => Promise<readonly ModelStatus[]>;
  readonly databaseBytes: () => Promise<number>;
  /** Folder of the sample event's photos, fetched the first time. @throws FaceError MODEL_UNAVAILABLE */
  readonly sampleFolder: () => Promise<string>;
}

/** The queue that finds faces in the background. */
export interface PhotoQueue {
  readonly state: {
    readonly photosPerSecond: number;
    /** Why nothing goes on; undefined when all is well. */
    readonly fault: unknown;
  };
  /** Photos were added to the queue. */
  wake(): void;
  /** Faces of the event were decided about, or went away. */
  regroup(eventId: string): void;
}
