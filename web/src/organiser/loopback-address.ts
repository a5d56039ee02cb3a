/** Whether an address leads to the very computer that opens it, so that it is of no use to any other. */
export function isOnlyHere(url: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)\.?$/u.test(new URL(url).hostname);
}
