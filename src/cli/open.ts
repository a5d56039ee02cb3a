import { dirname } from "node:path";
import type { RollcallOptions } from "../compose/parts.ts";
import type { Rollcall } from "../compose.ts";
import type { EngineOptions, FaceEngine } from "../face/engine.ts";
import { fetching } from "./fetching.ts";
import type { CommonOptions, EngineFlags } from "./options.ts";
import type { Session } from "./session.ts";

/**
 * Opens the data folder for the length of `body`, making it the first time.
 *
 * Everything heavy is imported here, when it is needed, so that `--help` and a misspelt option answer at once.
 */
export async function withRollcall<Result>(
  options: CommonOptions & EngineFlags,
  session: Session,
  body: (rollcall: Rollcall) => Promise<Result>,
  { existing }: Pick<RollcallOptions, "existing"> = {},
): Promise<Result> {
  const { openRollcall } = await import("../compose.ts");
  const rollcall = await openRollcall({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(existing === undefined ? {} : { existing }),
    engine: engineOptions(options, session),
  });
  try {
    return await body(rollcall);
  } finally {
    await rollcall.close();
  }
}

/** As `withRollcall`, for commands about events that are there: a folder that was named has to be one with a database. */
export async function withExistingRollcall<Result>(
  options: CommonOptions & EngineFlags,
  session: Session,
  body: (rollcall: Rollcall) => Promise<Result>,
): Promise<Result> {
  return await withRollcall(options, session, body, { existing: "where-named" });
}

/** For commands that look at pictures and keep nothing. */
export async function withEngine<Result>(
  flags: EngineFlags,
  session: Session,
  body: (engine: FaceEngine) => Promise<Result>,
): Promise<Result> {
  const [{ openFaceEngine }, { readConfig }] = await Promise.all([import("../face/engine.ts"), import("../config.ts")]);
  const engine = await openFaceEngine({ ...readConfig().engine, ...engineOptions(flags, session) });
  try {
    return await body(engine);
  } finally {
    await engine.close();
  }
}

/** The folder of the six sample photos, fetched the first time. */
export async function fetchSampleEvent(session: Session): Promise<string> {
  const { ensureModel } = await import("../face/models/store.ts");
  const { files } = await ensureModel("sample-event", fetching(session));
  return dirname(Object.values(files)[0] ?? "");
}

export function engineOptions({ preset, embedder, workers, provider }: EngineFlags, session: Session): EngineOptions {
  return {
    ...(preset === undefined ? {} : { preset }),
    ...(embedder === undefined ? {} : { embedder }),
    ...(workers === undefined ? {} : { workers }),
    ...(provider === undefined ? {} : { providers: provider }),
    ...fetching(session),
  };
}
