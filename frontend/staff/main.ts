// Staff pages: styles, tables, forms, dialogs, job cards, and formulas where a page shows items.
import "@fontsource-variable/noto-sans-sc";
import "bootstrap/dist/css/bootstrap.min.css";
import "../lib/tokens.css";
import "./bootstrap.css";
import "./frame.css";
import "./parts.css";
import "./tables.css";
import "./fields.css";
import "./pages.css";
import "./print.css";
import { startDialogs } from "./dialogs";
import { startForms } from "./forms";
import { startJobs } from "./jobs";
import { startMenus, startPrinting } from "./menus";
import { startSelection } from "./selection";
import { startTables } from "./tables";

async function showFormulas(root: ParentNode): Promise<void> {
  const places = root.querySelectorAll<HTMLElement>("[data-latex]");
  if (places.length === 0) return;
  const { renderAll } = await import("./formulas");
  renderAll(places);
}

/** Bring a page, or a part that came later, to life. */
function start(root: ParentNode): void {
  void showFormulas(root);
  startSelection(root);
  startTables(root);
  startForms(root);
  startDialogs(root);
  startJobs(root);
  startPrinting(root);
}

startMenus();
start(document);
// Pages that put parts in later say so: `place.dispatchEvent(new Event("part-shown", {bubbles}))`.
document.addEventListener("part-shown", (event) => {
  if (event.target instanceof HTMLElement) start(event.target);
});
