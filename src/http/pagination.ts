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

/** The last items of a page and those before: as long as one of them is in the list, it is known where to go on. */
const anchors = 4;

/**
 * A page of a list that is at hand as a whole. It goes on after the last items of the page before, wherever they are by
 * then, and only when they have all gone, as many items on as there were before.
 *
 * @throws RollcallError CURSOR_INVALID
 */
export function pageOf<Item>(
  all: readonly Item[],
  { cursor, limit = most }: Asked,
  idOf: (item: Item) => string,
): { readonly page: readonly Item[]; readonly next: string | null } {
  const start = cursor === undefined ? 0 : startAfter(all.map(idOf), cursor);
  const end = start + limit;
  const ids = all.slice(Math.max(0, end - anchors), end).map(idOf);
  const next = end < all.length ? Buffer.from([end, ...ids].join(" ")).toString("base64url") : null;
  return { page: all.slice(start, end), next };
}

function startAfter(ids: readonly string[], cursor: string): number {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  if (!/^\d{1,9}( [\w-]{1,40}){1,4}$/u.test(text)) {
    throw new RollcallError("CURSOR_INVALID", errorCatalogue.CURSOR_INVALID);
  }
  const [end = "", ...before] = text.split(" ");
  const last = before.toReversed().find((id) => ids.includes(id));
  return last === undefined ? Number(end) : ids.indexOf(last) + 1;
}
