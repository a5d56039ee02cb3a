import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Everything that the tests write lies in one folder, and so does what the commands and browsers they start write; it is
 * gone when the last test is over. One run would otherwise leave hundreds of databases and browser profiles behind.
 */
export default async function useOneTemporaryFolder(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-tests-"));
  for (const variable of ["TMPDIR", "TEMP", "TMP"]) process.env[variable] = folder;
  // A browser that is just ending may still write.
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
