import { isAbsolute, relative } from "node:path";
import { printable } from "./text.ts";

/** A path for people: relative when it lies in the working folder, and safe to print. */
export function displayPath(path: string, workingFolder = process.cwd()): string {
  const short = relative(workingFolder, path);
  return printable(short === "" || short.startsWith("..") || isAbsolute(short) ? path : short);
}
