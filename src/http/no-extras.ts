import type { App } from "./context.ts";

/**
 * Has bodies and query strings refused that have what their schema does not name: what is misspelt would be left out
 * without a word, a link made without its PIN, and a selection of a few photos be one of all.
 */
export function refuseExtras(app: App): void {
  app.addHook("onRoute", ({ schema }) => {
    close(schema?.body);
    close(schema?.querystring);
  });
}

/** In place: to check with, a copy is no longer the schema that it was. */
function close(schema: unknown): void {
  if (Array.isArray(schema)) for (const one of schema) close(one);
  if (typeof schema !== "object" || schema === null) return;
  if ("properties" in schema) {
    Object.assign(schema, { additionalProperties: false });
    close(Object.values(schema.properties ?? {}));
  }
  if ("anyOf" in schema) close(schema.anyOf);
  if ("items" in schema) close(schema.items);
}
