/** Ends of names that promise a picture, as the server's own folders are read; browsers do not know the last ones for pictures. */
const common = "jpg jpeg jpe jfif png webp avif heic heif hif tif tiff gif bmp jxl jp2";
const raw = "dng cr2 cr3 crw nef nrw arw srf sr2 raf orf rw2 pef srw 3fr iiq";
const pictures = new RegExp(`\\.(${`${common} ${raw}`.replaceAll(" ", "|")})$`, "iu");

/** What a browser offers to choose. */
export const choosable = ["image/*", ...`heic heif hif ${raw}`.split(" ").map((end) => `.${end}`)].join(",");

/** macOS puts a hidden "._IMG_1.jpg" beside each file on foreign disks. */
const isPicture = (name: string) => pictures.test(name) && !name.startsWith(".");

/** What was dropped, with everything inside of folders; files that are surely no pictures are left out of folders only. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  const nested = await Promise.all(entries.map((entry) => filesOf(entry, false)));
  return nested.flat();
}

export function picturesOf(files: FileList | null): File[] {
  return [...(files ?? [])].filter(({ name, webkitRelativePath }) => webkitRelativePath === "" || isPicture(name));
}

async function filesOf(entry: FileSystemEntry, inFolder: boolean): Promise<File[]> {
  if (isFile(entry)) {
    if (inFolder && !isPicture(entry.name)) return [];
    return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
  }
  if (!isFolder(entry)) return [];
  const reader = entry.createReader();
  const files: File[] = [];
  // A reader gives a hundred entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return files;
    for (const one of some) files.push(...(await filesOf(one, true)));
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
