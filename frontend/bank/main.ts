// The bank's pages: three panes, the item editor, the blueprint's table.
import "katex/dist/katex.min.css";
import "../lib/fields/fields.css";
import "./panes.css";
import "./item.css";
import "./editor.css";
import "./side.css";
import "./comments.css";
import "./blueprint.css";
import "./tasks.css";
import "./rate.css";
import "./supply.css";
import { startDraw } from "./draw";
import { walkGrid } from "./grid";
import { startHelp } from "./help";
import { startPanes } from "./panes";
import { startRating } from "./rate";
import { startReplies } from "./replies";
import { startTable } from "./table";

const panes = document.querySelector<HTMLElement>("[data-bank]");
if (panes) startPanes(panes);

const editor = document.querySelector<HTMLElement>("#editor");
if (editor) void import("./editor/start").then(({ start }) => start(editor));

const rating = document.querySelector<HTMLFormElement>("[data-rate]");
if (rating) startRating(rating);

const beside = document.querySelector<HTMLElement>("[data-editor-comments]");
if (beside) startReplies(beside);

for (const table of document.querySelectorAll<HTMLTableElement>("table[data-grid]"))
  walkGrid(table);

const blueprint = document.querySelector<HTMLFormElement>("form.blueprint-form");
if (blueprint) startTable(blueprint);

const draw = document.querySelector<HTMLFormElement>("[data-draw]");
if (draw) startDraw(draw);

startHelp();
