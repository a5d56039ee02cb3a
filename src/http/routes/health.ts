import Type from "typebox";
import type { App, Context } from "../context.ts";
import { problems } from "../schemas.ts";

const Well = Type.Object({ status: Type.String({ description: '"ok"' }) });

export function healthRoutes(app: App, { services }: Context): void {
  const tags = ["Health"];

  app.get(
    "/api/health",
    { schema: { tags, summary: "Whether the process answers", response: { 200: Well } } },
    async () => ({ status: "ok" }),
  );

  app.get(
    "/api/ready",
    { schema: { tags, summary: "Whether the database answers too", response: { 200: Well, ...problems(503) } } },
    async () => {
      await services.stores.events.get("");
      return { status: "ok" };
    },
  );
}
