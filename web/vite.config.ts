import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [
    react(),
    {
      name: "guest-page",
      configureServer(server) {
        server.middlewares.use((request, _response, next) => {
          // As the real server does: the link of a guest opens the small page.
          if (request.url === "/g" || request.url?.startsWith("/g?")) request.url = "/g.html";
          next();
        });
      },
    },
  ],
  build: {
    target: "es2022",
    // The strict content policy allows nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        index: page("index.html"),
        g: page("g.html"),
        "guest-worker": page("worker/guest-worker.ts"),
      },
      // A service worker keeps its address, by which browsers find its next version.
      output: { entryFileNames: ({ name }) => (name === "guest-worker" ? "[name].js" : "assets/[name]-[hash].js") },
    },
  },
  server: {
    port: 5173,
    proxy: {
      "/api": { target: process.env.ROLLCALL_API ?? "http://localhost:8080", xfwd: false },
    },
  },
});
