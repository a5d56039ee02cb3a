import { openCalibration } from "../face/calibration.ts";
import { FaceError } from "../face/errors.ts";
import { embedderOf } from "../face/pipeline-id.ts";
import { type Engines, sameModels } from "./engines.ts";
import { sizeOf } from "./events.ts";
import type { ModelChoice } from "./model.ts";
import type { Stores } from "./ports.ts";
import type { Reindex, ReindexProgress } from "./reindex-ports.ts";

interface Tools {
  readonly stores: Stores;
  readonly engines: Engines;
}

/**
 * Has all events use these models. Each goes on with the faces it has until all of its photos were looked at again; events
 * that have them already are left alone.
 *
 * @throws FaceError CALIBRATION_MISSING for a model whose similarities mean nothing yet; MODEL_UNKNOWN, MODEL_UNAVAILABLE
 */
export async function chooseModels({ stores, engines }: Tools, choice: ModelChoice): Promise<void> {
  openCalibration(choice.embedder);
  await engines.open(choice);
  const before = await engines.chosen();
  for (const { id, models } of await stores.events.list()) {
    const current = models ?? before;
    if (sameModels(current, choice)) {
      await stores.reindexes.drop(id);
    } else if ((await sizeOf(stores, id)).photos === 0) {
      await stores.events.update(id, { models: choice });
    } else {
      await stores.events.update(id, { models: current });
      await stores.reindexes.begin(id, choice);
    }
  }
  await stores.settings.update({ models: choice, ...(sameModels(before, choice) ? {} : { modelsBefore: before }) });
}

/** Gives up what was begun. Events keep the faces they show, and new events get the models from before. */
export async function stopReindexing({ stores, engines }: Tools): Promise<void> {
  const { modelsBefore } = await stores.settings.read();
  for (const { eventId } of await stores.reindexes.list()) await stores.reindexes.drop(eventId);
  await stores.settings.update({ models: modelsBefore ?? (await engines.chosen()) });
}

export async function reindexProgress({
  stores,
}: Pick<Tools, "stores">): Promise<readonly (Reindex & ReindexProgress)[]> {
  const all = await stores.reindexes.list();
  return await Promise.all(
    all.map(async (reindex) => ({ ...reindex, ...(await stores.reindexes.progress(reindex.eventId)) })),
  );
}

/**
 * To be called once when a server starts: finds events whose faces the engine of today cannot be compared with, because
 * the server was started with another model, or its models or methods are newer, and has them looked at again.
 */
export async function beginOutdated({ stores, engines }: Tools): Promise<void> {
  const { models: chosen } = await stores.settings.read();
  const begun = new Set((await stores.reindexes.list()).map(({ eventId }) => eventId));
  for (const { id, models } of await stores.events.list()) {
    const pipelines = begun.has(id) ? [] : await stores.reindexes.pipelines(id);
    if (pipelines.length === 0) continue;
    const wanted = chosen === null || models === null ? await engines.chosen() : models;
    const shown = models ?? { ...wanted, embedder: embedderNamed(pipelines) ?? wanted.embedder };
    const { pipelineId } = await engines.open(wanted);
    if (pipelines.every((one) => one === pipelineId)) continue;
    // Searched with the old model, if there still is one that understands the faces.
    await stores.events.update(id, { models: shown });
    await stores.reindexes.begin(id, wanted);
  }
}

function embedderNamed(pipelines: readonly string[]): string | undefined {
  try {
    return embedderOf(pipelines.slice(0, 1).map((pipelineId) => ({ id: "", pipelineId })));
  } catch (error) {
    if (error instanceof FaceError) return undefined;
    throw error;
  }
}
