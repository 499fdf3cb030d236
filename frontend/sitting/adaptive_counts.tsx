// What the hand-in sheet says of an adaptive test.

import * as adaptive from "./adaptive";
import { say } from "./words";

/** What handing in now would mean: said instead of a list of questions, for there is no way back. */
export function AdaptiveCounts() {
  const told = adaptive.told.value;
  if (!told) return null;
  const count = adaptive.confirmed.value;
  const isShort = count < told.least;
  const words = isShort ? "handInShort" : "handInEarly";
  return (
    <>
      <p>{say("adaptiveDone", { count })}</p>
      {adaptive.step.value === "finished" ? (
        <p>✓ {say("adaptiveOverText")}</p>
      ) : (
        <p class="notice is-attention" data-testid="hand-in-early">
          ⚠ {say(words, { least: told.least })}
        </p>
      )}
    </>
  );
}
