// A panel member's page; the officer's pages need no more than the style.
import "../lib/fields/fields.css";
import "./standards.css";
import { render } from "preact";
import { Desk } from "./desk";
import type { Addresses, Facts } from "./facts";

const place = document.querySelector<HTMLElement>("#panel-desk");
if (place?.dataset.facts && place.dataset.addresses) {
  const facts: Facts = JSON.parse(place.dataset.facts);
  const at: Addresses = JSON.parse(place.dataset.addresses);
  place.replaceChildren();
  render(<Desk facts={facts} at={at} />, place);
}
