// The page's side of the worker that keeps it for a reload without a line. Where the browser has no
// workers, as over plain HTTP, everything else goes on as it does.
import { effect } from "@preact/signals";
import { flushDrafts } from "../lib/fields/drafts";
import * as state from "./state";

const WORKER = "/sitting/worker.js";
const SCOPE = "/sitting";
const BUILT = "/static/dist/";

/** Have this page kept; `isKept`: it has come from there. `calm` resolves when nothing is typed. */
export async function keepPage(isKept: boolean, calm: () => Promise<unknown>): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    if (!isKept) active?.postMessage({ keep: usedFiles() });
    else askWhenUp(active, calm);
  } catch {
    // refused or the line is down: the page works, it only needs the line for a reload
  }
}

function usedFiles(): string[] {
  return performance
    .getEntriesByType("resource")
    .map((entry) => entry.name)
    .filter((name) => new URL(name).pathname.startsWith(BUILT));
}

/** With the line back, a page older than the server makes room for the newer one. */
function askWhenUp(active: ServiceWorker | null, calm: () => Promise<unknown>): void {
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (!(event.data as { isNewer?: boolean }).isNewer) return;
    flushDrafts();
    void calm().then(() => location.reload());
  });
  const stop = effect(() => {
    if (!state.isUp.value) return;
    active?.postMessage({ isNewest: true });
    queueMicrotask(() => stop());
  });
}
