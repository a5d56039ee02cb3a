import { isUtf8 } from "node:buffer";
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FailedFile } from "../domain/model.ts";
import { whyUnreadable } from "../face/image-file.ts";
import { stampOf } from "./file-stamp.ts";
import { isHiddenName, isPictureName } from "./picture-names.ts";

/** What a walk comes across. */
export type WalkEntry =
  | { readonly kind: "picture"; readonly path: string; readonly stamp: string }
  | { readonly kind: "skipped" }
  | { readonly kind: "failed"; readonly failure: FailedFile };

/**
 * Everything in the folders at any depth, in the order of names, folder by folder. Links to files and folders are
 * followed, those to folders last: each real folder is entered once, so that a link that leads back into the tree ends
 * there. Hidden files and folders are left out.
 *
 * @param folders absolute
 */
export async function* walk(folders: readonly string[], signal?: AbortSignal): AsyncGenerator<WalkEntry> {
  const entered = new Set<string>();
  const pending = [...folders].reverse();
  const links: string[] = [];
  for (;;) {
    const folder = pending.pop() ?? links.shift();
    if (folder === undefined) return;
    signal?.throwIfAborted();
    const entries = await openFolder(folder, entered);
    if (!Array.isArray(entries)) {
      if (entries) yield entries;
      continue;
    }
    const inside: string[] = [];
    for (const entry of entries.sort((a, b) => Buffer.compare(a.name, b.name))) {
      signal?.throwIfAborted();
      const name = entry.name.toString();
      const path = join(folder, name);
      if (isHiddenName(name)) {
        if (!entry.isDirectory()) yield { kind: "skipped" };
      } else if (!isUtf8(entry.name)) {
        yield unreadableName(path);
      } else if (entry.isDirectory()) {
        inside.push(path);
      } else if (entry.isSymbolicLink() && (await leadsToFolder(path))) {
        links.push(path);
      } else {
        yield await describeFile(path, name);
      }
    }
    pending.push(...inside.reverse());
  }
}

/** What is in the folder; a failure when it cannot be read, and nothing when it was entered before. */
async function openFolder(folder: string, entered: Set<string>): Promise<Dirent<Buffer>[] | WalkEntry | undefined> {
  try {
    const { dev, ino } = await stat(folder, { bigint: true });
    // Some network file systems number nothing; there a folder is known by its path.
    const identity = ino === 0n ? folder : `${dev}:${ino}`;
    if (entered.has(identity)) return undefined;
    entered.add(identity);
    return await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return failure(folder, {
      code: "FOLDER_UNREADABLE",
      message: `The folder cannot be opened${reason}. What was indexed from it before is kept. Check its permissions.`,
    });
  }
}

async function leadsToFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

async function describeFile(path: string, name: string): Promise<WalkEntry> {
  if (!isPictureName(name)) return { kind: "skipped" };
  try {
    const stats = await stat(path, { bigint: true });
    // A pipe or a device of such a name would be waited for without end.
    return stats.isFile() ? { kind: "picture", path, stamp: stampOf(stats) } : { kind: "skipped" };
  } catch (error) {
    return failure(path, unreadableFile(error));
  }
}

export function unreadableFile(error: unknown): FailedFile["error"] {
  return { code: "IMAGE_UNREADABLE", message: `The file ${whyUnreadable(error)}. Index again when it can be read.` };
}

function unreadableName(path: string): WalkEntry {
  return failure(path, {
    code: "FILE_NAME_UNREADABLE",
    message: "The name is not valid text (UTF-8), so it cannot be stored. Rename it, then index again.",
  });
}

function failure(file: string, error: FailedFile["error"]): WalkEntry {
  return { kind: "failed", failure: { file, error } };
}
