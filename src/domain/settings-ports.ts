import type { ModelChoice } from "./model.ts";

/** What the organiser chose for all events. */
export interface ServerSettings {
  /** Least confidence, 0 to 1, at which a match counts where an event has none of its own. */
  readonly threshold: number;
  /** What new events get; null: what the server was started with. */
  readonly models: ModelChoice | null;
  /** What they got before that; null: never chosen. */
  readonly modelsBefore: ModelChoice | null;
}

export interface SettingsStore {
  read(): Promise<ServerSettings>;
  /** What is undefined stays as it is. */
  update(change: Partial<ServerSettings>): Promise<void>;
}
