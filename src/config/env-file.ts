import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RollcallError } from "../domain/errors.ts";

const file = fileURLToPath(new URL("../../.env", import.meta.url));

/**
 * Takes settings from the file `.env` beside package.json, where there is one. What the environment says already goes
 * before it.
 *
 * @throws RollcallError OPTION_INVALID
 */
export function loadEnvFile(): void {
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (cause) {
    // Without its settings, a command would work on another data folder.
    throw new RollcallError("OPTION_INVALID", `The settings in ${file} cannot be read. Check its permissions.`, {
      cause,
    });
  }
}
