/** What is wrong with the file itself stays wrong, however often it is tried. */
const hopeless: ReadonlySet<string> = new Set([
  "IMAGE_EMPTY",
  "IMAGE_UNSUPPORTED",
  "IMAGE_CORRUPT",
  "IMAGE_TOO_LARGE",
  "IMAGE_TOO_SMALL",
  "UPLOAD_TOO_LARGE",
]);

/**
 * Whether a file or photo that failed may do better next time: networks, disks and processes do.
 *
 * @param code undefined for what has none, such as a lost connection
 */
export function isWorthRetrying(code: string | undefined): boolean {
  return code === undefined || !hopeless.has(code);
}
