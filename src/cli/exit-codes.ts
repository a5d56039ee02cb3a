/** What the shell is told; docs/cli.md prints this table. Scripts rely on the numbers, so they never change meaning. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  someFilesFailed: 3,
  /** 128 + SIGINT, as shells count. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: "Done. A search that finds nobody is an answer too, and ends with 0.",
  1: "The command could not do its job; the message, or `error` in the JSON, says why.",
  2: "The command line is wrong: an unknown or misspelt option, a missing argument, a value out of range.",
  3: "Done, but at least one file or folder could not be read; each is listed with its error.",
  130: "Stopped by Ctrl-C. What was finished is kept; the same command goes on from there.",
  143: "Stopped by a request to terminate (SIGTERM), as cleanly as by Ctrl-C.",
};
