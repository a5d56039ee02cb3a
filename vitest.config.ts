import { defineConfig } from "vitest/config";
import { settings } from "./src/config.ts";

// Empty ones count as not set, and go before those of the developer's own .env.
const noSettings = Object.values(settings).map(({ variable }) => [variable, process.env[variable] ?? ""]);

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "eval/**/*.test.ts"],
    environment: "node",
    env: Object.fromEntries(noSettings),
    globalSetup: "test/one-temporary-folder.ts",
    // Native modules (ONNX Runtime, libvips) are safe in processes, not in every worker thread.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
