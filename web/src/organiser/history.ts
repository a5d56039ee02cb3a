import { useEffect } from "react";
import { api, ask, everyPage, type Schemas, tell } from "../shared/api.ts";
import { useAction, useData } from "../shared/use-data.ts";

export type Action = Schemas["Action"];

/** What was decided about the people of an event, the latest first, and a way to take it back. */
export function useHistory(eventId: string, version: number) {
  const { data, error, reload } = useData(eventId, async () => {
    const path = { eventId };
    const pages = await everyPage((query) =>
      ask(api.GET("/api/events/{eventId}/actions", { params: { path, query } })),
    );
    return pages.flatMap(({ actions }) => actions);
  });
  useEffect(() => {
    if (version > 0) reload();
  }, [version, reload]);
  const undoing = useAction();
  const undo = (actionId: string) =>
    undoing.run(async () => {
      const path = { eventId, actionId };
      await tell(api.POST("/api/events/{eventId}/actions/{actionId}/undo", { params: { path } }));
      reload();
    });
  return { actions: data, error: error ?? undoing.error, busy: undoing.busy, undo };
}

export function when(time: string): string {
  return new Date(time).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
