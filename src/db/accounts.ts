import type { Kysely, Selectable } from "kysely";
import { type AccountStore, type ApiToken, tokenScopes } from "../domain/access-ports.ts";
import type { Schema } from "./schema.ts";

/** That a token was used is written down this often, or every request of a program would wait for the database to write. */
const usedEveryMs = 60_000;

export function accountStore(db: Kysely<Schema>): AccountStore {
  return {
    async organiser() {
      const row = await db.selectFrom("organisers").select(["id", "password_hash"]).executeTakeFirst();
      return row && { id: row.id, passwordHash: row.password_hash };
    },

    createOrganiser: ({ id, passwordHash }) =>
      db.transaction().execute(async (tx) => {
        if (await tx.selectFrom("organisers").select("id").executeTakeFirst()) return false;
        await tx.insertInto("organisers").values({ id, password_hash: passwordHash, created_at: Date.now() }).execute();
        return true;
      }),

    setPassword: (organiserId, passwordHash) =>
      db.transaction().execute(async (tx) => {
        await tx.updateTable("organisers").set({ password_hash: passwordHash }).where("id", "=", organiserId).execute();
        await tx.deleteFrom("sessions").where("organiser_id", "=", organiserId).execute();
      }),

    async createSession({ tokenHash, organiserId, expiresAt }) {
      const now = Date.now();
      await db.deleteFrom("sessions").where("expires_at", "<=", now).execute();
      await db
        .insertInto("sessions")
        .values({
          token_hash: tokenHash,
          organiser_id: organiserId,
          created_at: now,
          expires_at: expiresAt.getTime(),
        })
        .execute();
    },

    async session(tokenHash, now) {
      const row = await db
        .selectFrom("sessions")
        .select("organiser_id")
        .where("token_hash", "=", tokenHash)
        .where("expires_at", ">", now.getTime())
        .executeTakeFirst();
      return row && { organiserId: row.organiser_id };
    },

    async deleteSession(tokenHash) {
      await db.deleteFrom("sessions").where("token_hash", "=", tokenHash).execute();
    },

    async createToken({ id, name, scopes, tokenHash, expiresAt }) {
      const row = await db
        .insertInto("api_tokens")
        .values({
          id,
          name,
          scopes: scopes.join(" "),
          token_hash: tokenHash,
          created_at: Date.now(),
          expires_at: expiresAt?.getTime() ?? null,
          last_used_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toToken(row);
    },

    async tokens() {
      const rows = await db.selectFrom("api_tokens").selectAll().orderBy("created_at", "desc").orderBy("id").execute();
      return rows.map(toToken);
    },

    async useToken(tokenHash, now) {
      const at = now.getTime();
      const row = await db
        .selectFrom("api_tokens")
        .selectAll()
        .where("token_hash", "=", tokenHash)
        .where((where) => where.or([where("expires_at", "is", null), where("expires_at", ">", at)]))
        .executeTakeFirst();
      if (!row) return undefined;
      if (row.last_used_at === null || row.last_used_at < at - usedEveryMs) {
        const used = db.updateTable("api_tokens").set({ last_used_at: at }).where("id", "=", row.id).execute();
        // Nobody waits for it, and on a full disk one can still read.
        void used.catch(() => undefined);
      }
      return toToken({ ...row, last_used_at: at });
    },

    async deleteToken(tokenId) {
      const { numDeletedRows } = await db.deleteFrom("api_tokens").where("id", "=", tokenId).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function toToken(row: Selectable<Schema["api_tokens"]>): ApiToken {
  const scopes = row.scopes.split(" ");
  return {
    id: row.id,
    name: row.name,
    scopes: tokenScopes.filter((scope) => scopes.includes(scope)),
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}

/** Signs everybody out, however they signed in. */
export async function endAllSessions(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom("sessions").execute();
}
