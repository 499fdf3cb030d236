// The page of a new paper structure, and the pages of papers that need no more than a style.
import "./papers.css";
import "./editing.css";
import { render } from "preact";
import { Editor } from "./editor";
import type { Facts } from "./facts";
import { startWeights } from "./weights";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-weights]"))
  startWeights(form);

const editing = document.querySelector<HTMLElement>("[data-editing]");
if (editing) void import("./editing").then(({ startEditing }) => startEditing(editing));

const curves = editing ? null : document.getElementById("form-curves")?.textContent;
if (curves) void import("./curves").then(({ startCurves }) => startCurves(JSON.parse(curves)));

const place = document.querySelector<HTMLElement>("#structure-editor");
if (place?.dataset.facts) {
  const facts: Facts = JSON.parse(place.dataset.facts);
  place.replaceChildren();
  render(<Editor facts={facts} />, place);
}
