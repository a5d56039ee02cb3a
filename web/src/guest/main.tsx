import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../shared/styles.css";
import { GuestApp } from "./guest-app.tsx";

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <GuestApp />
    </StrictMode>,
  );
}

// Where browsers have it: over HTTPS, or on the machine itself. Without it the page needs the network to open, and no more.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/guest-worker.js", { scope: "/g" }).catch(() => undefined);
}
