// More about a line that is down: since when, what waits here, what happens next, the answer file.
import { useState } from "preact/hooks";
import { timeText } from "../lib/clock";
import { AnswerFile } from "./answer_file";
import { Sheet } from "./dialog";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

export function LineDetails() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="quiet line-details"
        data-testid="line-details"
        onClick={() => setOpen(true)}
      >
        {say("lineDetails")}
      </button>
      {isOpen && <Details close={() => setOpen(false)} />}
    </>
  );
}

function Details({ close }: { close: () => void }) {
  const isUp = state.isUp.value;
  const since = state.downSinceMs.value;
  const count = state.pendingCount.value;
  return (
    <Sheet title={say(isUp ? "lineBackTitle" : "lineTitle")} name="line-sheet" close={close}>
      <ul>
        {!isUp && since !== null && time.isSure.value && (
          <li>{say("lineSince", { time: clockText(since) })}</li>
        )}
        <li>{say(count === 0 ? "lineNothing" : "lineKept", { count })}</li>
        <li>{say(isUp ? "lineSending" : "lineNext")}</li>
        {!isUp && <li>{say("lineEnd")}</li>}
        {!time.isSure.value && <li>{unsureWords()}</li>}
      </ul>
      {!isUp && <AnswerFile />}
      <div class="acts">
        <button type="button" class="main-act" data-testid="line-close" onClick={close}>
          {say("close")}
        </button>
      </div>
    </Sheet>
  );
}

/** The time left cannot be told: what was certain last, and what settles it. */
export function unsureWords(): string {
  const left = state.lastSureLeftMs.value;
  return left === null ? say("timeUnsure") : say("timeUnsureLeft", { left: timeText(left) });
}
