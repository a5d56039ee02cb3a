import { useState } from "react";
import { messageOf } from "../shared/api.ts";
import { droppedFiles } from "./dropped-files.ts";
import { uploadsOf } from "./uploads.ts";

/** Sends what is dropped to an event. */
export function useDropped(eventId: string) {
  const [error, setError] = useState("");
  const take = (dropped: DataTransfer) => {
    setError("");
    droppedFiles(dropped).then(
      (found) => uploadsOf(eventId).add(found),
      (failure: unknown) => setError(`The folder could not be read: ${messageOf(failure)}`),
    );
  };
  return { error, take };
}
