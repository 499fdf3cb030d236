// More about a line that is down: since when, what waits here, what happens next, the answer file.
import { signal } from "@preact/signals";
import { timeText } from "../lib/clock";
import { AnswerFile } from "./answer_file";
import { Sheet } from "./dialog";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

/** Open until it is closed: a line that comes back meanwhile is told of in it. */
const isOpen = signal(false);

export function LineDetails({ isOffered }: { isOffered: boolean }) {
  return (
    <>
      {isOffered && (
        <button
          type="button"
          class="quiet line-details"
          data-testid="line-details"
          onClick={() => {
            isOpen.value = true;
          }}
        >
          {say("lineDetails")}
        </button>
      )}
      {isOpen.value && (
        <Details
          close={() => {
            isOpen.value = false;
          }}
        />
      )}
    </>
  );
}

function Details({ close }: { close: () => void }) {
  const isUp = state.isUp.value;
  const since = state.downSinceMs.value;
  const count = state.pendingCount.value;
  return (
    <Sheet title={title()} name="line-sheet" close={close}>
      <ul>
        {!isUp && since !== null && time.isSure.value && (
          <li>{say("lineSince", { time: clockText(since) })}</li>
        )}
        <li>{say(count === 0 ? "lineNothing" : "lineKept", { count })}</li>
        <li>{say(isUp ? (count === 0 ? "lineGoOn" : "lineSending") : "lineNext")}</li>
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

function title(): string {
  if (!state.isUp.value) return say("lineTitle");
  return say(state.isServerSlow.value ? "lineSlowTitle" : "lineBackTitle");
}

/** The time left cannot be told: what was certain last, and what settles it. */
export function unsureWords(): string {
  const left = state.lastSureLeftMs.value;
  return left === null ? say("timeUnsure") : say("timeUnsureLeft", { left: timeText(left) });
}

/** Under the bar of the paper: a clock in doubt is said in words, not left to a missing figure. */
export function UnsureTime() {
  if (time.isSure.value || state.saveFacts.value.status !== "running") return null;
  return (
    <p class="unsure-time" data-testid="time-unsure">
      ⚠ {unsureWords()}
    </p>
  );
}
