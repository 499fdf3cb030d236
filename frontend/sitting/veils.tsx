// Pages that stand before the paper: paused, held, over, void, moved, open elsewhere, broken.

import type { ComponentChildren } from "preact";
import { timeText } from "../lib/clock";
import type { IconName } from "../lib/icon";
import { AnswerFile } from "./answer_file";
import type { Seat } from "./seat";
import * as state from "./state";
import { Step } from "./step";
import { say } from "./words";

interface VeilProps {
  icon: string | { name: IconName };
  title: string;
  text: string;
  name: string;
  children?: ComponentChildren;
  isEnded?: boolean;
}

function Veil({ icon, title, text, name, children, isEnded }: VeilProps) {
  return (
    <Step title={title} icon={icon} testId={`veil-${name}`} hasSaveLine={!isEnded}>
      <p class="veil-text">{text}</p>
      {children}
    </Step>
  );
}

export function Resuming() {
  return (
    <Veil
      icon="…"
      title={say("resuming")}
      text={state.isUp.value ? "" : say("resumingDown")}
      name="resuming"
      isEnded
    />
  );
}

export function Paused() {
  const left = timeText(state.leftMs.value ?? 0);
  return (
    <Veil icon="Ⅱ" title={say("pausedTitle")} text={say("pausedText")} name="paused">
      <p class="center large-clock figures" data-testid="paused-left">
        {say("pausedLeft", { left })}
      </p>
    </Veil>
  );
}

export function Held() {
  return <Veil icon="Ⅱ" title={say("heldTitle")} text={say("heldText")} name="held" />;
}

export function TimeOver() {
  const text = say(state.isUp.value ? "timeOverText" : "timeOverDown");
  return (
    <Veil icon={{ name: "clock" }} title={say("timeOverTitle")} text={text} name="time-over">
      {!state.isUp.value && <AnswerFile />}
    </Veil>
  );
}

export function Voided({ seat }: { seat: Seat }) {
  return (
    <Veil icon="■" title={say("voidTitle")} text={say("voidText")} name="void" isEnded>
      <Leave seat={seat} />
    </Veil>
  );
}

export function Moved({ seat }: { seat: Seat }) {
  const count = state.pendingCount.value;
  return (
    <Veil icon="■" title={say("movedTitle")} text={say("movedText")} name="moved">
      {count > 0 && (
        <p class="notice is-attention" data-testid="moved-pending">
          {say("movedPending", { count })}
        </p>
      )}
      {state.lateCount.value > 0 && (
        <p class="notice is-accent" data-testid="moved-late">
          {say("lateWork", { count: state.lateCount.value })}
        </p>
      )}
      {count > 0 && !state.isUp.value && <AnswerFile />}
      {(count === 0 || isElsewhere()) && <Leave seat={seat} />}
    </Veil>
  );
}

/** Whoever leaves gives up the token: not while answers stand on this computer and nowhere else. */
function isElsewhere(): boolean {
  return !state.isUp.value && (state.isFileSaved.value || state.fileKey.value === null);
}

export function Replaced({ workHere }: { workHere: () => Promise<void> }) {
  return (
    <Veil icon="■" title={say("replacedTitle")} text={say("replacedText")} name="replaced" isEnded>
      <button type="button" data-testid="work-here" onClick={() => void workHere()}>
        {say("workHere")}
      </button>
    </Veil>
  );
}

export function Broken() {
  return (
    <Veil
      icon="⚠"
      title={say("paperBrokenTitle")}
      text={say("paperBroken")}
      name="broken"
      isEnded
    />
  );
}

export function Loading() {
  const text = state.isUp.value ? "" : say("loadingPaperDown");
  return <Veil icon="…" title={say("loadingPaper")} text={text} name="loading" />;
}

function Leave({ seat }: { seat: Seat }) {
  return (
    <div class="acts">
      <button type="button" onClick={() => seat.leave()}>
        {say("nextCandidate")}
      </button>
    </div>
  );
}
