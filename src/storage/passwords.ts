import { hash, verify } from "@node-rs/argon2";
import type { PasswordHasher } from "../domain/access-ports.ts";

/** OWASP's password storage cheat sheet: Argon2id with 19 MiB, two passes, one lane; 25 ms here. */
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Argon2id, in a thread of its own. */
export function argon2Hasher(): PasswordHasher {
  return {
    hash: (password) => hash(password, settings),
    verify: (stored, password) => verify(stored, password),
  };
}
