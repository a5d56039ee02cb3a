/** What a worker may need to find the system's libraries (GPU drivers among them) and its temporary folder. */
const PASSED_ON = [
  "PATH",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "CUDA_VISIBLE_DEVICES",
  "SystemRoot",
  "TEMP",
  "TMPDIR",
];

/** The environment for processes that see untrusted pictures: keys, tokens and passwords stay behind. */
export function workerEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
