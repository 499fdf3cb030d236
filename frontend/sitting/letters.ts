// Bundled letters for the whole paper, where this page uses them: brought while the line is there,
// so that a question first seen without it can be read.
import type { FormBody } from "../lib/sealed";

const FAMILY = "Noto Sans SC Variable";
/** Not all seats at the moment of the start. */
const SPREAD_MS = 3 * 60_000;

export function bringLettersOf(body: FormBody): void {
  setTimeout(() => {
    if (!areNeeded()) return;
    const letters = [...new Set(JSON.stringify(body))].join("");
    void document.fonts.load(`16px "${FAMILY}"`, letters).catch(() => undefined);
  }, Math.random() * SPREAD_MS);
}

/** The browser fetches bundled letters only where it shows them. */
function areNeeded(): boolean {
  return [...document.fonts].some(
    (face) => face.status === "loaded" && face.family.replaceAll('"', "") === FAMILY,
  );
}
