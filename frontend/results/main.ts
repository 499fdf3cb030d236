// The page for practical and performance marks.
import "./equating.css";
import "./results.css";
import { startAreas } from "./areas";
import { startBar, startFinding } from "./bar";
import { Grid } from "./grid";
import { startPasting } from "./paste";

function start(): void {
  const table = document.querySelector<HTMLTableElement>("[data-entry]");
  const bar = document.querySelector<HTMLElement>("[data-entry-bar]");
  const words = document.getElementById("entry-words");
  const dialog = document.querySelector<HTMLDialogElement>(".paste-sheet");
  if (!table || !bar || !words || !dialog) return;
  const grid = new Grid(table, JSON.parse(words.textContent ?? "{}"));
  startBar(grid, bar);
  startFinding(grid);
  startPasting(grid, dialog);
  window.addEventListener("online", () => grid.saver.hurry());
  window.addEventListener("focus", () => grid.saver.hurry());
  window.addEventListener("beforeunload", (event) => {
    if (grid.saver.count === 0) return;
    event.preventDefault();
    event.returnValue = grid.words.leave;
  });
}

start();
startAreas();
