/// <reference lib="webworker" />
export {};

declare const self: ServiceWorkerGlobalScope;

/**
 * Keeps the shell of the guest page, so that it opens without a network: the page itself, its script and its styles,
 * which are the same for everybody. Whatever is about a guest, photos, answers and selfies, goes past it.
 */
const shell = "guest-shell-1";
const page = "/g";

/** A network that is slower than this is as good as none, for a page of one kilobyte. */
const patienceMs = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(loadShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(removeOldShells().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && pathname === page) event.respondWith(openPage());
  // Named by their content, so what is kept is right for ever.
  else if (pathname.startsWith("/assets/")) event.respondWith(openAsset(event.request));
});

/** The newest page there is: from the server, else as it was last. */
async function openPage(): Promise<Response> {
  const kept = await (await caches.open(shell)).match(page);
  const fresh = loadShell();
  if (!kept) return await fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), patienceMs));
  return await Promise.race([fresh.catch(() => kept), late]);
}

async function openAsset(request: Request): Promise<Response> {
  return (await (await caches.open(shell)).match(request)) ?? (await fetch(request));
}

/** Fetches the page and all it needs, keeps them, and forgets what an older version needed. */
async function loadShell(): Promise<Response> {
  const response = await fetch(page, { cache: "no-cache" });
  if (!response.ok) return response;
  const html = await response.clone().text();
  const needed = [...html.matchAll(/"(\/assets\/[^"]+)"/gu)].map(([, path = ""]) => path);
  const cache = await caches.open(shell);
  for (const path of needed) {
    if (!(await cache.match(path))) await cache.add(path);
  }
  await cache.put(page, response.clone());
  for (const { url } of await cache.keys()) {
    const { pathname } = new URL(url);
    if (pathname !== page && !needed.includes(pathname)) await cache.delete(url);
  }
  return response;
}

async function removeOldShells(): Promise<void> {
  for (const name of await caches.keys()) if (name !== shell) await caches.delete(name);
}
