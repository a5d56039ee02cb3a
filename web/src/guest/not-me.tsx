import { useState } from "react";
import { plural } from "../shared/ui.tsx";
import { useAction } from "../shared/use-data.ts";
import { markPhoto } from "./mark-photo.ts";

/**
 * The guest's photos that show somebody else: picked one after another, taken out together, and brought back.
 *
 * @param takenOut ids of those that were taken out before
 */
export function useNotMe(takenOut: readonly string[], onMarked: () => void) {
  const [picking, setPicking] = useState(false);
  const [picked, setPicked] = useState<readonly string[]>([]);
  const { busy, error, run } = useAction();
  const stop = () => {
    setPicked([]);
    setPicking(false);
  };
  return {
    picking,
    picked,
    takenOut,
    busy,
    error,
    begin: () => setPicking(true),
    stop,
    toggle: (id: string) => setPicked((old) => (old.includes(id) ? old.filter((one) => one !== id) : [...old, id])),
    takeOut: () =>
      run(async () => {
        for (const id of picked) await markPhoto(id, { notMe: true });
        stop();
        onMarked();
      }),
    bringBack: () =>
      run(async () => {
        for (const id of takenOut) await markPhoto(id, { notMe: false });
        onMarked();
      }),
  };
}

interface Props {
  readonly notMe: ReturnType<typeof useNotMe>;
  /** Whether there is anything to pick. */
  readonly canBegin: boolean;
}

export function NotMeButtons({ notMe, canBegin }: Props) {
  const { picking, picked, takenOut, busy } = notMe;
  if (picking) {
    return (
      <>
        <button type="button" className="primary" disabled={busy || picked.length === 0} onClick={notMe.takeOut}>
          These are not me ({picked.length})
        </button>
        <button type="button" onClick={notMe.stop}>
          Cancel
        </button>
      </>
    );
  }
  return (
    <>
      {canBegin && (
        <button type="button" onClick={notMe.begin}>
          Some are not me …
        </button>
      )}
      {takenOut.length > 0 && (
        <button type="button" disabled={busy} onClick={notMe.bringBack}>
          Bring {plural(takenOut.length, "photo")} back
        </button>
      )}
    </>
  );
}
