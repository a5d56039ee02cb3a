/** An uploaded photo's bytes: one file, named by their SHA-256 within its event. */
export interface UploadedOriginal {
  readonly eventId: string;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a copy of the database says there is. */
export interface SnapshotContents {
  readonly eventIds: readonly string[];
  readonly photos: number;
  readonly originals: readonly UploadedOriginal[];
}

/** A backup that is whole and on disk. */
export interface BackupSummary {
  /** Absolute. */
  readonly folder: string;
  readonly events: number;
  /** Of all events; those that were indexed where they are stay there, and only their places are in the backup. */
  readonly photos: number;
  /** Uploaded photos whose bytes are in the backup. */
  readonly originals: number;
  /** Of all files of the backup. */
  readonly bytes: number;
  readonly keyIncluded: boolean;
  /** Uploaded photos that the data folder does not have any more, or not with the bytes that were uploaded. */
  readonly lost: readonly UploadedOriginal[];
}

/** A data folder that was made from a backup and is ready to use. */
export interface RestoreSummary {
  /** Absolute. */
  readonly dataDir: string;
  readonly backedUpAt: Date;
  readonly events: number;
  readonly photos: number;
  readonly originals: number;
}

/** How far the copying of files is. */
export interface CopyProgress {
  readonly done: number;
  readonly total: number;
}

/** What both directions can be told. */
export interface CopyControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}
