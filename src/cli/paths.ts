import { isAbsolute, relative } from "node:path";
import { printable } from "./text.ts";

/** A path for people: relative when it lies in the folder they look from, and safe to print. */
export function displayPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return printable(short === "" || short.startsWith("..") || isAbsolute(short) ? path : short);
}
