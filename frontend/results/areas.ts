// The areas of a picture in the form of a key: shown as they are typed, and drawn with the mouse.
import type { Area } from "../bank/editor/model";
import { drawn, isLargeEnough } from "../bank/editor/shapes";

const SVG = "http://www.w3.org/2000/svg";

export function startAreas(): void {
  for (const field of document.querySelectorAll<HTMLElement>("[data-areas]")) new Areas(field);
}

/** Numbers as they are typed, with any signs between them. */
export function numbersIn(typed: string): number[] {
  return typed
    .split(/[\s,，]+/)
    .filter(Boolean)
    .map(Number);
}

class Areas {
  private readonly svg: SVGSVGElement;
  private readonly rows: HTMLElement[];
  private chosen: HTMLElement;
  private start: [number, number] | null = null;

  constructor(field: HTMLElement) {
    const svg = field.querySelector("svg");
    this.rows = [...field.querySelectorAll<HTMLElement>(".key-area")];
    const [first] = this.rows;
    if (!svg || !first) throw new Error("areas without a picture or a row");
    this.svg = svg;
    this.chosen = this.rows.find((row) => !numbersOf(row).value) ?? first;
    for (const row of this.rows)
      row.addEventListener("focusin", () => {
        this.chosen = row;
        this.show();
      });
    field.addEventListener("input", () => this.show());
    svg.addEventListener("pointerdown", (event) => this.begin(event));
    svg.addEventListener("pointermove", (event) => this.draw(event));
    svg.addEventListener("pointerup", (event) => this.end(event));
    this.show();
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.svg.getBoundingClientRect();
    const { width, height } = this.svg.viewBox.baseVal;
    const within = (value: number, most: number) => Math.min(Math.max(Math.round(value), 0), most);
    return [
      within(((event.clientX - box.left) / box.width) * width, width),
      within(((event.clientY - box.top) / box.height) * height, height),
    ];
  }

  private begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    const [x, y] = this.at(event);
    if (shapeOf(this.chosen).value === "poly") {
      const numbers = numbersOf(this.chosen);
      numbers.value = `${numbers.value} ${x} ${y}`.trim();
      this.show();
      return;
    }
    this.svg.setPointerCapture(event.pointerId);
    this.start = [x, y];
  }

  private draw(event: PointerEvent): void {
    if (!this.start) return;
    const area = drawn(shapeOf(this.chosen).value as Area["shape"], this.start, this.at(event));
    if (!isLargeEnough(area)) return;
    numbersOf(this.chosen).value = area.coords.join(" ");
    this.show();
  }

  private end(event: PointerEvent): void {
    this.draw(event);
    this.start = null;
  }

  private show(): void {
    this.svg.replaceChildren(
      ...this.rows.flatMap((row) => {
        const shape = outline(shapeOf(row).value, numbersIn(numbersOf(row).value));
        row.classList.toggle("is-chosen", row === this.chosen);
        shape?.classList.toggle("is-chosen", row === this.chosen);
        return shape ? [shape] : [];
      }),
    );
  }
}

function outline(shape: string, numbers: number[]): SVGElement | null {
  const [a = 0, b = 0, c = 0, d = 0] = numbers;
  if (numbers.some(Number.isNaN)) return null;
  if (shape === "circle" && numbers.length === 3)
    return element("circle", { cx: a, cy: b, r: Math.max(c, 0) });
  if (shape === "rect" && numbers.length === 4)
    return element("rect", { x: a, y: b, width: Math.max(c - a, 0), height: Math.max(d - b, 0) });
  if (shape === "poly" && numbers.length >= 4 && numbers.length % 2 === 0)
    return element("polygon", { points: numbers.join(" ") });
  return null;
}

function element(name: string, facts: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [fact, value] of Object.entries(facts)) made.setAttribute(fact, String(value));
  return made;
}

function shapeOf(row: HTMLElement): HTMLSelectElement {
  return row.querySelector("select") as HTMLSelectElement;
}

function numbersOf(row: HTMLElement): HTMLInputElement {
  return row.querySelector("input") as HTMLInputElement;
}
