// @ts-check
// `npm run dev`: the server from source, started again at every change, and the web app with hot reload in front of it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { install, root } from "./setup.mjs";

install();
const { tsImport } = await import("tsx/esm/api");
const { loadEnvFile } = await tsImport("../src/config/env-file.ts", import.meta.url);
loadEnvFile();
const port = process.env.ROLLCALL_PORT ?? "8080";
const server = [
  "--watch-path=src",
  "--watch-preserve-output",
  "--import",
  "tsx",
  join("src", "cli", "main.ts"),
  "serve",
];
const web = [join("node_modules", "vite", "bin", "vite.js"), "web"];

const children = [server, web].map((args) =>
  spawn(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      ROLLCALL_API: `http://localhost:${port}`,
      // The links that the server prints lead to the page with hot reload.
      ROLLCALL_PUBLIC_URL: process.env.ROLLCALL_PUBLIC_URL ?? "http://localhost:5173",
    },
  }),
);
for (const child of children) {
  // One is of no use without the other.
  child.on("exit", () => {
    for (const other of children) other.kill("SIGTERM");
  });
}
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
