import type { GuestStore, PasswordHasher } from "./access-ports.ts";
import { RollcallError } from "./errors.ts";
import { LaterError, TooManyTries, waitText } from "./throttle.ts";

/** Wrong PINs of a link, also across restarts: 10,000 PINs take more than two weeks, while most links live for days. */
const pinTries = { tries: 20, perMs: 60 * 60_000 } as const;

/**
 * Holds what a guest typed in against the PIN of a link. One that is wrong uses up a try of the link.
 *
 * @throws RollcallError PIN_MISSING when nothing was typed in; PIN_WRONG, as LaterError when it was the last try; TooManyTries
 */
export async function checkPin(
  { guests, passwords }: { readonly guests: GuestStore; readonly passwords: PasswordHasher },
  linkId: string,
  pinHash: string,
  pin: string | undefined,
): Promise<void> {
  if (pin === undefined || pin === "") {
    throw new RollcallError("PIN_MISSING", "The link needs a PIN. Type it in, or ask whoever sent you the link.");
  }
  // Taken before the PIN is looked at, or many at the same moment would count as one.
  const { waitMs, left, nextMs } = await guests.takePinTry(linkId, pinTries, new Date());
  if (waitMs > 0) throw new TooManyTries(Math.ceil(waitMs / 1000));
  if (await passwords.verify(pinHash, pin)) await guests.returnPinTry(linkId, pinTries);
  else throw wrongPin(left, Math.ceil(nextMs / 1000));
}

/** @param left tries of the link @param nextSeconds until there is another one */
function wrongPin(left: number, nextSeconds: number): RollcallError {
  if (left > 0) {
    const tries = left === 1 ? "1 more try" : `${left} more tries`;
    return new RollcallError(
      "PIN_WRONG",
      `The PIN is not right. There ${left === 1 ? "is" : "are"} ${tries}. Ask whoever sent you the link.`,
    );
  }
  const text = `The PIN is not right, and there are no more tries for now. Wait ${waitText(nextSeconds)}, then try again, or ask whoever sent you the link.`;
  return new LaterError("PIN_WRONG", text, nextSeconds);
}
