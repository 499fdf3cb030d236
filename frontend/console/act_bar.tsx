// The bar below the room: acts on the chosen seats, or on the whole room when none is chosen.
import { computed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { type ActName, asked } from "./asked";
import { Asking } from "./asking";
import { NOBODY } from "./choosing";
import type { Room } from "./room";
import { chooseAll } from "./room_plan";
import { chosen, frame, opened, seatOf, whyNot } from "./room_state";
import { say } from "./words";

const MINUTES = [1, 5, 10];

/** Measured minutes without contact of the chosen seats, not yet given back. */
const lostOfChosen = computed(() =>
  [...chosen.value].reduce((sum, sitting) => sum + (seatOf(sitting)?.lost_minutes ?? 0), 0),
);
const chosenWhoAsk = computed(() =>
  [...chosen.value].filter((sitting) => seatOf(sitting)?.move_requested),
);

export function ActBar({ room }: { room: Room }) {
  const count = chosen.value.size;
  const told = frame.value?.room;
  const isClosed = told?.closed_at !== null;
  const isAtWork = !isClosed && told?.started_at !== null;
  const onlyOne = count === 1 ? [...chosen.value][0] : undefined;
  return (
    <section
      class={count > 0 ? "act-bar is-choosing" : "act-bar"}
      aria-label={say("acts")}
      data-testid="act-bar"
    >
      {asked.value && <Asking room={room} asked={asked.value} />}
      <div class="act-bar-whom">
        <strong role="status" data-testid="chosen">
          {count > 0 ? say("chosen", { count }) : say("wholeRoom")}
        </strong>
        <button
          type="button"
          class="small"
          onClick={() => chooseAll((s) => s.status === "running")}
        >
          {say("allWorking")}
        </button>
        {count > 0 && (
          <button
            type="button"
            class="small"
            onClick={() => {
              chosen.value = NOBODY;
            }}
          >
            {say("clearChoice")}
          </button>
        )}
        {onlyOne && (
          <button
            type="button"
            class="small"
            onClick={() => {
              opened.value = onlyOne;
            }}
          >
            {say("look")}
          </button>
        )}
      </div>
      <fieldset class="act-bar-acts" disabled={whyNot.value !== null}>
        <legend class="hidden">{say("acts")}</legend>
        {whyNot.value !== null && <span class="why-not">{whyNot.value}</span>}
        {isAtWork && <TimeActs />}
        {!isClosed && (
          <Ask act="send_message" testId="message">
            {say("message")}
          </Ask>
        )}
        {isAtWork && (
          <Ask act="pause_sitting" testId="pause">
            {say("pause")}
          </Ask>
        )}
        {isAtWork && <Resume room={room} />}
        <ApproveMoves />
        <Ask act="report_incident" testId="incident">
          {say("incident")}
        </Ask>
        {isAtWork && count > 0 && (
          <Ask act="force_hand_in" testId="force-hand-in" isDanger>
            {say("forceHandIn")}
          </Ask>
        )}
      </fieldset>
    </section>
  );
}

interface AskProps {
  act: ActName;
  minutes?: number;
  testId: string;
  isDanger?: boolean;
  children: ComponentChildren;
}

function Ask({ act, minutes, testId, isDanger, children }: AskProps) {
  return (
    <button
      type="button"
      class={isDanger ? "danger" : ""}
      data-testid={testId}
      aria-haspopup="dialog"
      onClick={() => {
        asked.value = { act, minutes };
      }}
    >
      {children}
    </button>
  );
}

function TimeActs() {
  const lost = lostOfChosen.value;
  return (
    <>
      {MINUTES.map((minutes) => (
        <Ask key={minutes} act="grant_time" minutes={minutes} testId={`add-${minutes}`}>
          {say("addTime", { minutes })}
        </Ask>
      ))}
      <Ask act="grant_time" testId="add-own">
        {say("ownMinutes")}
      </Ask>
      {lost > 0 && (
        <Ask act="grant_lost_time" testId="add-lost">
          {say("giveLost", { minutes: lost })}
        </Ask>
      )}
      {chosen.value.size > 0 && (
        <Ask act="take_back_time" testId="take-back">
          {say("takeBack")}
        </Ask>
      )}
    </>
  );
}

function Resume({ room }: { room: Room }) {
  const whom = chosen.value.size > 0 ? [...chosen.value] : null;
  return (
    <button
      type="button"
      data-testid="resume"
      onClick={() => void room.act("resume_sitting", whom, {}, say("resume"))}
    >
      {say("resume")}
    </button>
  );
}

function ApproveMoves() {
  const whom = chosenWhoAsk.value;
  if (whom.length === 0) return null;
  const ask = () => {
    chosen.value = new Set(whom);
    asked.value = { act: "approve_move" };
  };
  return (
    <button type="button" class="main-act" aria-haspopup="dialog" onClick={ask}>
      {say("approveMoves", { count: whom.length })}
    </button>
  );
}
