// The marking desk for written answers; its other pages need no more than the style.
import "./written.css";
import { render } from "preact";
import { type Addresses, Desk } from "./desk";
import type { Facts } from "./points";

const place = document.querySelector<HTMLElement>("#marking-desk");
if (place?.dataset.facts && place.dataset.addresses) {
  const facts: Facts = JSON.parse(place.dataset.facts);
  const at: Addresses = JSON.parse(place.dataset.addresses);
  place.replaceChildren();
  render(<Desk facts={facts} at={at} />, place);
}
