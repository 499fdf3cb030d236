import "katex/dist/katex.min.css";
import katex from "katex";

export function renderAll(places: Iterable<HTMLElement>): void {
  for (const place of places)
    katex.render(place.dataset.latex ?? "", place, {
      displayMode: place.tagName === "DIV",
      throwOnError: false,
    });
}
