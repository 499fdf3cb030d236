// The rules of this exam session in figures, and the pledge.
import { useState } from "preact/hooks";
import { timeText } from "../../lib/clock";
import { isBrowserMissing } from "../safe_browser";
import type { Seat } from "../seat";
import * as state from "../state";
import { Step } from "../step";
import { clockText, dateText, say } from "../words";
import { BrowserAsked } from "./browser_asked";
import { gatheredWords } from "./gathered";

export function Pledge({ seat }: { seat: Seat }) {
  const [isPledged, setPledged] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const told = state.sitting.value;
  if (!told) return null;
  const isOpen = isMissing && !isPledged;
  return (
    <Step title={say("pledgeTitle")} testId="step-pledge" isWide>
      <StartedAlready />
      <ol class="rules">
        {rules(told).map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ol>
      <label class={`pledge ${isOpen ? "is-missing" : ""}`}>
        <input
          type="checkbox"
          data-testid="pledge-box"
          checked={isPledged}
          aria-describedby={isOpen ? "pledge-first" : undefined}
          aria-invalid={isOpen}
          onChange={(event) => setPledged(event.currentTarget.checked)}
        />
        <span>{say("pledge")}</span>
      </label>
      {isOpen && (
        <p class="problem" role="alert" id="pledge-first">
          {say("pledgeFirst")}
        </p>
      )}
      <BrowserAsked />
      <button
        class="main-act"
        type="button"
        disabled={isBrowserMissing(told.safe_browser)}
        data-testid="pledge"
        onClick={() => (isPledged ? seat.step("accept_pledge") : setMissing(true))}
      >
        {say("accept")}
      </button>
    </Step>
  );
}

/** The rules that differ from exam to exam are said with their figures. */
export function rules(told: state.SittingState): string[] {
  const { minutes, late_limit_min: late, hand_in_after_min: early } = told;
  const planned = told.starts_at
    ? []
    : [say("rulePlanned", { time: dateText(told.planned_start) })];
  return [
    say("ruleMinutes", { minutes }),
    ...planned,
    late === null ? say("ruleLateNone") : say("ruleLate", { minutes: late }),
    early > 0 ? say("ruleHandIn", { minutes: early }) : say("ruleHandInAny"),
    ...adaptiveRules(told),
    say("ruleSaved"),
    say("ruleMachine"),
    say(told.adaptive ? "ruleKeysAdaptive" : "ruleKeys"),
    gatheredWords(told.signals),
    say("ruleHonest"),
  ].filter(Boolean);
}

/** What is different where items are chosen one by one. */
function adaptiveRules({ adaptive }: state.SittingState): string[] {
  if (!adaptive) return [];
  const { longest, least } = adaptive;
  const length = adaptive.may_end_earlier ? "ruleAdaptiveMost" : "ruleAdaptiveAll";
  return [
    say(length, { count: longest }),
    say("ruleAdaptiveNoWayBack"),
    say("ruleAdaptiveShort", { count: least }),
    say("ruleAdaptiveLine"),
  ];
}

/** Who comes after the start is told that the time runs. */
export function StartedAlready() {
  const told = state.sitting.value;
  const left = state.leftSecond.value;
  if (!told?.starts_at || !told.ends_at || left === null) return null;
  return (
    <p class="notice is-attention">
      ⚠{" "}
      {say("startedAlready", {
        time: clockText(told.starts_at, false),
        end: clockText(told.ends_at, false),
        left: timeText(left * 1000),
      })}
    </p>
  );
}
