import type { Rollcall } from "../compose.ts";
import { RollcallError } from "../domain/errors.ts";
import { list, printable } from "./text.ts";

/**
 * The event that was named; without a name, the only event there is.
 *
 * @throws RollcallError EVENT_UNKNOWN when there is none, EVENT_AMBIGUOUS when there are several
 */
export async function chooseEvent(rollcall: Rollcall, name: string | undefined): Promise<string> {
  if (name !== undefined) return name;
  const events = await rollcall.listEvents();
  const only = events[0];
  if (only === undefined) {
    throw new RollcallError(
      "EVENT_UNKNOWN",
      "There is no event yet. `rollcall index <folder> --event <name>` makes one.",
    );
  }
  if (events.length === 1) return only.name;
  const names = events.map((event) => `"${printable(event.name)}"`);
  throw new RollcallError(
    "EVENT_AMBIGUOUS",
    `There are ${events.length} events: ${list(names)}. Say which with --event <name>.`,
  );
}
