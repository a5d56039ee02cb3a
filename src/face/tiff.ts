import { type IfdEntry, readDirectory, readTiffHeader } from "./ifd.ts";

/** What a TIFF header says that decides how the file is treated; RAW files of most cameras are TIFF underneath. */
export interface TiffFacts {
  /** EXIF orientation 1 to 8; 1 when absent or invalid. */
  readonly orientation: number;
  /** Manufacturer as the camera spells it; empty when absent. */
  readonly make: string;
  /** True when any of its images holds values of a sensor instead of a finished picture. */
  readonly holdsSensorData: boolean;
  readonly isDng: boolean;
}

const tags = { photometric: 0x0106, make: 0x010f, orientation: 0x0112, subIfds: 0x014a, dngVersion: 0xc612 } as const;

/** TIFF/EP and DNG: colour filter array, and linear sensor values after demosaicing. */
const sensorPhotometrics: readonly number[] = [32803, 34892];

/** A RAW file has fewer than ten directories; a chain longer than this is a loop or an attack. */
const maxDirectories = 32;

/**
 * Reads the directories of a TIFF that starts at `start`, whatever its version number (Olympus and Panasonic have their
 * own). Never throws: what lies outside the bytes is as if absent.
 */
export function readTiff(bytes: Uint8Array, start = 0): TiffFacts | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readTiffHeader(view, start);
  if (!header) return undefined;
  const { little } = header;

  let orientation = 0;
  let make = "";
  let holdsSensorData = false;
  let isDng = false;
  const pending = [header.firstDirectory];
  const seen = new Set<number>();
  for (let at = pending.shift(); at !== undefined && seen.size < maxDirectories; at = pending.shift()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const directory = readDirectory(view, at, little);
    if (directory.next > 0) pending.push(start + directory.next);
    for (const entry of directory.entries) {
      const value = firstNumber(view, entry, little);
      if (entry.tag === tags.orientation && orientation === 0 && value <= 8) orientation = value;
      if (entry.tag === tags.make && make === "") make = readText(bytes, entry, start + value);
      if (entry.tag === tags.photometric && sensorPhotometrics.includes(value)) holdsSensorData = true;
      if (entry.tag === tags.dngVersion) isDng = true;
      if (entry.tag === tags.subIfds) pending.push(...subDirectories(view, entry, little, start));
    }
  }
  return { orientation: orientation || 1, make, holdsSensorData, isDng };
}

function firstNumber(view: DataView, entry: IfdEntry, little: boolean): number {
  const isShort = entry.type === 3;
  return isShort ? view.getUint16(entry.valueAt, little) : view.getUint32(entry.valueAt, little);
}

function subDirectories(view: DataView, entry: IfdEntry, little: boolean, start: number): number[] {
  const first = view.getUint32(entry.valueAt, little);
  if (entry.count === 1) return [start + first];
  const found: number[] = [];
  for (let i = 0; i < Math.min(entry.count, maxDirectories); i++) {
    const at = start + first + i * 4;
    if (at + 4 <= view.byteLength) found.push(start + view.getUint32(at, little));
  }
  return found;
}

function readText(bytes: Uint8Array, entry: IfdEntry, pointed: number): string {
  const at = entry.count > 4 ? pointed : entry.valueAt;
  const text = new TextDecoder("latin1").decode(bytes.subarray(at, at + Math.min(entry.count, 64)));
  return text.split("\0")[0]?.trim() ?? "";
}
