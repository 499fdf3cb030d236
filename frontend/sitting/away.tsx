// The cover of a seat whose candidate is away: nothing of the paper shows until they are back.

import { useState } from "preact/hooks";
import { type Away as AwayTold, timeText } from "../lib/clock";
import { Icon } from "../lib/icon";
import type { Seat } from "./seat";
import * as state from "./state";
import { Step } from "./step";
import * as time from "./time";
import { clockText, say } from "./words";

export function Away({ seat, away }: { seat: Seat; away: AwayTold }) {
  const [hasFailed, setFailed] = useState(false);
  const isBreak = away.kind === "break";
  const isRunning = !isBreak || state.isBreakOver.value;
  const left = timeText(state.leftMs.value ?? 0);
  const back = async () => setFailed(!(await seat.step("end_break"))?.ok);
  return (
    <Step
      title={say(isBreak ? "breakTitle" : "outTitle")}
      icon={isRunning ? { name: "clock" } : "Ⅱ"}
      testId={`veil-${away.kind}`}
      hasSaveLine
    >
      <p class="veil-text">{say(isRunning ? "awayRuns" : "awayStands")}</p>
      <p class="center large-clock figures" data-testid="away-left">
        {say(isRunning ? "awayLeft" : "pausedLeft", { left })}
      </p>
      <p class="center">
        {say("awaySince", { time: clockText(away.since, false) })}
        {!isRunning && <AllowanceLeft away={away} />}
      </p>
      {hasFailed && (
        <p class="problem" role="alert">
          ⚠ {say("callFailed")}
        </p>
      )}
      <div class="acts">
        <button type="button" class="main-act" data-testid="back" onClick={() => void back()}>
          <Icon name="pencil" /> {say("awayBack")}
        </button>
      </div>
    </Step>
  );
}

function AllowanceLeft({ away }: { away: AwayTold }) {
  if (away.until === null) return null;
  const untilMs = Date.parse(away.until);
  const atMost = untilMs - Date.parse(away.since);
  const left = timeText(Math.min(atMost, Math.max(0, untilMs - time.nowSecond.value)));
  return <span class="figures"> · {say("breakLeft", { left })}</span>;
}
