import Type from "typebox";
import { errorCatalogue, RollcallError } from "../domain/errors.ts";
import { Cursor, PageLimit } from "./schemas.ts";

const most = 1000;

/** For lists that are mostly short: whoever does not say how much gets up to a thousand. */
export const PageQuery = Type.Object({ cursor: Cursor, limit: PageLimit(most, most) });

interface Asked {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * A page of a list that is at hand as a whole. Its cursor says how many came before.
 *
 * @throws RollcallError CURSOR_INVALID
 */
export function pageOf<Item>(
  all: readonly Item[],
  { cursor, limit = most }: Asked,
): { readonly page: readonly Item[]; readonly next: string | null } {
  if (cursor !== undefined && !/^\d{1,9}$/u.test(cursor)) {
    throw new RollcallError("CURSOR_INVALID", errorCatalogue.CURSOR_INVALID);
  }
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { page: all.slice(start, end), next: end < all.length ? String(end) : null };
}
