import { codedError } from "../domain/errors.ts";

/** An error as docs/cli.md shows it. */
export interface ErrorJson {
  readonly code: string;
  readonly message: string;
}

/** What the operating system says in capitals, for people; `%` stands for the path. */
const systemErrors: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space and run the same command again; what was finished is kept.",
  EDQUOT: "The disk quota is used up. Free some space and run the same command again; what was finished is kept.",
  EACCES: "The system refuses access to %. Check its permissions.",
  EPERM: "The system refuses access to %. Check its permissions.",
  EROFS: "%: this disk can only be read. Choose another folder.",
  ENOENT: "There is no file or folder %. Check the path.",
  ENOTDIR: "%: a part of this path is not a folder. Check the path.",
  EISDIR: "A folder was given where a file is needed. Check the paths.",
  EMFILE: "Too many files are open. Close other programs, or raise the limit with `ulimit -n 4096`.",
};

/** The code and the words of any error; a fault in the program itself has the code INTERNAL. */
export function errorAsJson(error: unknown): ErrorJson {
  const foreseen = codedError(error);
  if (foreseen !== undefined) return foreseen;
  if (!(error instanceof Error)) return internal(String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const words = systemErrors[code];
  if (words === undefined) return internal(error.message);
  return { code, message: words.replace("%", "path" in error ? String(error.path) : "a file") };
}

function internal(message: string): ErrorJson {
  const advice = "This is a fault in Rollcall; with ROLLCALL_DEBUG=1 it says where. Please report it.";
  return { code: "INTERNAL", message: `${message}\n${advice}` };
}
