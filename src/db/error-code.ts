import { type ErrorCode, errorCatalogue } from "../domain/errors.ts";

/** Codes are never taken back, so one that is not known here was written by a later version. */
export function errorCodeFrom(code: string | null): ErrorCode {
  return code !== null && isErrorCode(code) ? code : "DATABASE_NEWER";
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCatalogue, code);
}
