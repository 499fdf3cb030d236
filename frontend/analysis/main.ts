// The analysis page: two pictures, the item sheet, both by mouse and by keyboard.
import "./analysis.css";
import { Chart } from "./chart";
import { formName, type ModelFacts, type PageFacts, read, type Words } from "./facts";
import { histogram } from "./histogram";
import { information, personItemMap } from "./model";
import { address, placed, said, scatter } from "./scatter";
import { drawPlots, Sheet } from "./sheet";

function startForms(facts: PageFacts, chart: Chart): void {
  const place = document.querySelector<HTMLElement>("[data-forms]");
  if (!place) return;
  const choices: [string | null, string][] = [
    [null, facts.words.all ?? ""],
    ...facts.forms.map((each): [string, string] => [each.form, formName(facts.words, each.form)]),
  ];
  const buttons = choices.map(([form, words]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.textContent = words;
    button.addEventListener("click", () => {
      for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
      chart.show(histogram(facts, form));
    });
    return button;
  });
  buttons[0]?.setAttribute("aria-pressed", "true");
  for (const button of buttons.slice(1)) button.setAttribute("aria-pressed", "false");
  place.append(...buttons);
}

/** Arrows walk the items by difficulty, what stands there is spoken, Enter opens it. */
function walk(facts: PageFacts, chart: Chart, open: (id: string) => void): void {
  const items = placed(facts);
  const status = document.getElementById("scatter-said");
  let at = -1;
  const light = (type: "highlight" | "downplay" | "showTip") => {
    const { series, data } = address(items, at);
    if (data >= 0) chart.echarts.dispatchAction({ type, seriesIndex: series, dataIndex: data });
  };
  const go = (to: number) => {
    light("downplay");
    at = Math.min(Math.max(to, 0), items.length - 1);
    light("highlight");
    light("showTip");
    const item = items[at];
    if (status && item) status.textContent = said(item);
  };
  chart.place.addEventListener("keydown", (event) => {
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const to = steps[event.key];
    const item = items[at];
    if (to !== undefined) go(to);
    else if (event.key === "Enter" && item) open(item.id);
    else return;
    event.preventDefault();
  });
  chart.place.addEventListener("blur", () => {
    light("downplay");
    chart.echarts.dispatchAction({ type: "hideTip" });
  });
  chart.echarts.on("click", (found) => {
    const data = found.data as { item?: { id: string } };
    if (data?.item) open(data.item.id);
  });
}

function startModel(model: ModelFacts, words: Words): void {
  const [map, curves] = ["person-item-map", "model-information"].map((id) =>
    document.getElementById(id),
  );
  if (map) new Chart(map, personItemMap(model, words));
  if (curves) new Chart(curves, information(model, words));
}

function start(): void {
  drawPlots(document);
  const facts = read<PageFacts>(document, "#analysis-data");
  const [first, second, dialog] = ["histogram", "scatter", "item-sheet"].map((id) =>
    document.getElementById(id),
  );
  if (!facts || !first || !(dialog instanceof HTMLDialogElement)) return;
  const sheet = new Sheet(dialog, facts);
  startForms(facts, new Chart(first, histogram(facts, null)));
  if (second) walk(facts, new Chart(second, scatter(facts)), (id) => void sheet.open(id, second));
  if (facts.model) startModel(facts.model, facts.words);
  document.addEventListener("click", (event) => {
    const link =
      event.target instanceof Element ? event.target.closest<HTMLElement>("a[data-item]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void sheet.open(link.dataset.item ?? "", link);
  });
}

start();
