import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const beside = fileURLToPath(new URL("../../shared", import.meta.url));

/** Folder with LFW and the reference outputs of the original networks; undefined where the machine has none. */
export const sharedDir: string | undefined = process.env.ROLLCALL_SHARED ?? (existsSync(beside) ? beside : undefined);
