import type { AccountStore, ApiToken, PasswordHasher, TokenScope } from "./access-ports.ts";
import { RollcallError } from "./errors.ts";
import { tidyName } from "./events.ts";
import { hashSecret, newId, newPassword, newSecret, newToken, sameSecret } from "./secrets.ts";

const leastPasswordLength = 10;

/** Argon2 takes any length, but nobody types this much, and hashing megabytes would keep others waiting. */
const mostPasswordLength = 1000;

/** An organiser at a desk signs in once a fortnight. */
const sessionDays = 14;

const dayMs = 24 * 60 * 60 * 1000;

/** Prefix by which a token is known for what it is when it turns up where it should not. */
const tokenPrefix = "rollcall_";

export interface AccountTools {
  readonly accounts: AccountStore;
  readonly passwords: PasswordHasher;
}

/** A session that was begun: the token goes to the browser and is kept nowhere else. */
export interface NewSession {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * The code of the link by which the first organiser sets the password. It lives as long as the process and is good once;
 * whoever sees the terminal owns the installation.
 */
export class SetupCode {
  readonly code = newSecret();
  #used = false;

  matches(code: string): boolean {
    return !this.#used && sameSecret(code, this.code);
  }

  spend(): void {
    this.#used = true;
  }
}

/**
 * Sets the password of the organiser, once, and signs in.
 *
 * @throws RollcallError SETUP_CODE_WRONG, SETUP_DONE, PASSWORD_WEAK
 */
export async function setUp(
  tools: AccountTools,
  setup: SetupCode,
  { code, password }: { readonly code: string; readonly password: string },
): Promise<NewSession> {
  if (await tools.accounts.organiser()) {
    throw new RollcallError("SETUP_DONE", "The password was set before. Sign in with it.");
  }
  if (!setup.matches(code)) {
    throw new RollcallError(
      "SETUP_CODE_WRONG",
      "This one-time link is not valid any more. Look into the terminal where Rollcall runs: it shows the current one.",
    );
  }
  const organiser = { id: newId(), passwordHash: await hashPassword(tools, password) };
  if (!(await tools.accounts.createOrganiser(organiser))) {
    throw new RollcallError("SETUP_DONE", "The password was set a moment ago. Sign in with it.");
  }
  setup.spend();
  return await beginSession(tools, organiser.id);
}

/** @throws RollcallError PASSWORD_WRONG, also before there is one */
export async function signIn(tools: AccountTools, password: string): Promise<NewSession> {
  const organiser = await tools.accounts.organiser();
  const right =
    organiser !== undefined &&
    password.length <= mostPasswordLength &&
    (await tools.passwords.verify(organiser.passwordHash, password));
  if (!right) throw new RollcallError("PASSWORD_WRONG", "The password is not right. Try again.");
  return await beginSession(tools, organiser.id);
}

/** Ends all sessions and begins a new one. @throws RollcallError PASSWORD_WRONG, PASSWORD_WEAK */
export async function changePassword(
  tools: AccountTools,
  { current, next }: { readonly current: string; readonly next: string },
): Promise<NewSession> {
  const organiser = await tools.accounts.organiser();
  if (!organiser || !(await tools.passwords.verify(organiser.passwordHash, current.slice(0, mostPasswordLength)))) {
    throw new RollcallError("PASSWORD_WRONG", "The current password is not right. Try again.");
  }
  await tools.accounts.setPassword(organiser.id, await hashPassword(tools, next));
  return await beginSession(tools, organiser.id);
}

/**
 * Gives the organiser who forgot the password a new one, and ends all sessions. Whoever can run it owns the data.
 *
 * @returns the new password, which is kept nowhere
 * @throws RollcallError PASSWORD_UNSET
 */
export async function resetPassword({ accounts, passwords }: AccountTools): Promise<string> {
  const organiser = await accounts.organiser();
  if (!organiser) {
    throw new RollcallError(
      "PASSWORD_UNSET",
      "No password was set yet. Start Rollcall: its terminal shows a link to set one with.",
    );
  }
  const password = newPassword();
  await accounts.setPassword(organiser.id, await passwords.hash(password));
  return password;
}

export async function signOut({ accounts }: AccountTools, token: string): Promise<void> {
  await accounts.deleteSession(hashSecret(token));
}

/** Whether the token is that of a session that has not run out. */
export async function isSignedIn({ accounts }: AccountTools, token: string): Promise<boolean> {
  return (await accounts.session(hashSecret(token), new Date())) !== undefined;
}

/** The secret is in the answer and nowhere else. @throws RollcallError REQUEST_INVALID */
export async function createToken(
  { accounts }: AccountTools,
  request: { readonly name: string; readonly scopes: readonly TokenScope[]; readonly expiresAt: Date | null },
): Promise<ApiToken & { readonly secret: string }> {
  const name = tidyName(request.name);
  if (name === undefined) {
    throw new RollcallError("REQUEST_INVALID", "The name of a token has 1 to 120 characters that can be printed.");
  }
  const { scopes, expiresAt } = request;
  if (expiresAt !== null && expiresAt <= new Date()) {
    throw new RollcallError(
      "REQUEST_INVALID",
      "That time is over, so the token would let nobody in. Choose one to come.",
    );
  }
  const secret = `${tokenPrefix}${newToken()}`;
  const token = await accounts.createToken({ id: newId(), name, scopes, expiresAt, tokenHash: hashSecret(secret) });
  return { ...token, secret };
}

/** Who the token is of; undefined when it is not valid. */
export async function useToken({ accounts }: AccountTools, secret: string): Promise<ApiToken | undefined> {
  return secret.startsWith(tokenPrefix) ? await accounts.useToken(hashSecret(secret), new Date()) : undefined;
}

/** @throws RollcallError TOKEN_UNKNOWN */
export async function revokeToken({ accounts }: AccountTools, tokenId: string): Promise<void> {
  if (await accounts.deleteToken(tokenId)) return;
  throw new RollcallError("TOKEN_UNKNOWN", "There is no API token of that id. It may have been revoked already.");
}

async function beginSession({ accounts }: AccountTools, organiserId: string): Promise<NewSession> {
  const token = newToken();
  const expiresAt = new Date(Date.now() + sessionDays * dayMs);
  await accounts.createSession({ tokenHash: hashSecret(token), organiserId, expiresAt });
  return { token, expiresAt };
}

async function hashPassword({ passwords }: AccountTools, password: string): Promise<string> {
  const characters = [...password];
  if (characters.length < leastPasswordLength || new Set(characters).size < 4) {
    throw new RollcallError(
      "PASSWORD_WEAK",
      `The password is too short or too easy to guess. Use at least ${leastPasswordLength} characters; a few words are easy to remember.`,
    );
  }
  if (password.length > mostPasswordLength) {
    throw new RollcallError("PASSWORD_WEAK", `The password has more than ${mostPasswordLength} characters.`);
  }
  return await passwords.hash(password);
}
