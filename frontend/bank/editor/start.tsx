// Begins the editor in its place on the page.
import { render } from "preact";
import { App } from "./app";
import { begin } from "./saving";
import { type Facts, facts } from "./state";

export function start(place: HTMLElement): void {
  facts.value = JSON.parse(place.dataset.facts ?? "{}") as Facts;
  begin();
  place.replaceChildren();
  render(<App />, place);
}
