import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "eval/**/*.test.ts"],
    environment: "node",
    globalSetup: "test/one-temporary-folder.ts",
    // Native modules (ONNX Runtime, libvips) are safe in processes, not in every worker thread.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
