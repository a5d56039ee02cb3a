import { RollcallError } from "../domain/errors.ts";

/**
 * The time that a text of the format `date-time` stands for. The format has leap seconds, which clocks of programs have not.
 *
 * @throws RollcallError REQUEST_INVALID
 */
export function timeOf(text: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw new RollcallError(
    "REQUEST_INVALID",
    `"${text}" is no time that can be kept. Choose the second before or after it.`,
  );
}

/** Null stands for no time at all. @throws as `timeOf` */
export function timeOrNull(text: string | null): Date | null {
  return text === null ? null : timeOf(text);
}
