import type { Refusal } from "../shared/api.ts";

/** Why a picture of a photo cannot be shown. The server's own words would name the whole path. */
export function lost({ code, message }: Refusal): string {
  return code === "FILE_MISSING" ? "The file is no longer in its folder" : message;
}
