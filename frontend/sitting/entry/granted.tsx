// What is granted to this candidate, in words: never why.

import * as state from "../state";
import { say } from "../words";

export function Granted() {
  const told = state.sitting.value;
  if (!told || (!told.extra_min && !told.break_min)) return null;
  const { minutes, extra_min, break_min } = told;
  return (
    <p class="notice is-accent" data-testid="granted">
      {extra_min > 0 && say("grantedTime", { minutes, extra: extra_min })}
      {extra_min > 0 && break_min > 0 && " "}
      {break_min > 0 && say("grantedBreaks", { minutes: break_min })}
    </p>
  );
}
