// The open item of an adaptive test as the paper that the page shows: one question long.

import { bringFormulas } from "../lib/formulas";
import * as adaptive from "./adaptive";
import { bringLettersOf } from "./letters";
import * as state from "./state";

const FORMULA = "data-latex";

/** Show the item that is open now, or none. */
export function showItem(): void {
  const told = state.sitting.peek();
  if (!told?.adaptive && !adaptive.told.peek()) return;
  const item = adaptive.open.peek();
  const shown = state.paper.peek()?.items[0];
  if (item && shown?.position === item.position) return;
  if (!item) {
    state.paper.value = null;
    return;
  }
  if (JSON.stringify(item).includes(FORMULA)) void bringFormulas();
  const body = {
    form: "",
    exam_session: "",
    title: "",
    language: told?.language ?? "zh_Hans_CN",
    sections: [],
    items: [item],
  };
  state.paper.value = body;
  bringLettersOf(body);
}
