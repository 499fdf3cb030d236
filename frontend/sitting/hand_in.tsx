// The hand-in sheet: counts by section, what is unanswered or flagged as links, the early rule.
import { useEffect } from "preact/hooks";
import { flushDrafts } from "../lib/fields/drafts";
import * as adaptive from "./adaptive";
import { AdaptiveCounts } from "./adaptive_counts";
import { Sheet } from "./dialog";
import { goTo } from "./places";
import type { Seat } from "./seat";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

const MINUTE_MS = 60_000;

export function HandInSheet({ seat }: { seat: Seat }) {
  useEffect(flushDrafts, []);
  const close = () => {
    seat.handIn.cancel();
    state.isHandingIn.value = false;
    state.handInProblem.value = null;
  };
  const leave = (number: number) => {
    close();
    // The sheet gives the focus back when it closes; the question takes it afterwards.
    requestAnimationFrame(() => goTo(number));
  };
  const step = state.handInStep.value;
  const from = earliest();
  return (
    <Sheet title={say("handInTitle")} name="hand-in-sheet" close={close}>
      {adaptive.told.value ? (
        <AdaptiveCounts />
      ) : (
        <>
          <Counts />
          <Lists goTo={leave} />
        </>
      )}
      {from && <p class="notice is-attention">{say("handInFrom", from)}</p>}
      <Waiting />
      {state.handInProblem.value && (
        <p class="problem" role="alert">
          ⚠ {say("handInFailed", { message: state.handInProblem.value })}
        </p>
      )}
      <div class="acts">
        <button type="button" class="main-act" data-testid="back-to-work" onClick={close}>
          {say(step === "waiting" ? "handInTakeBackLong" : "back")}
        </button>
        <button
          type="button"
          class="hand-in"
          data-testid="hand-in-confirm"
          disabled={from !== null || step !== "none"}
          onClick={() => seat.handIn.begin()}
        >
          {say(
            step === "none"
              ? "handInConfirm"
              : step === "asking"
                ? "handInSending"
                : "handInWaiting",
          )}
        </button>
      </div>
    </Sheet>
  );
}

/** When handing in becomes possible, if it is not yet. */
function earliest(): { time: string; minutes: number } | null {
  const from = state.sitting.value?.hand_in_from;
  // A clock in doubt keeps nobody: the server knows whether it is too early.
  if (!from || !time.isSure.value) return null;
  const wait = Date.parse(from) - time.nowSecond.value;
  return wait > 0 ? { time: clockText(from, false), minutes: Math.ceil(wait / MINUTE_MS) } : null;
}

function counted(positions: readonly number[]) {
  const fullness = positions.map((each) => state.fullnessAt(each));
  return {
    full: fullness.filter((each) => each === "full").length,
    partial: fullness.filter((each) => each === "partial").length,
    empty: fullness.filter((each) => each === "empty").length,
    flagged: positions.filter((each) => state.flagged.value.has(each)).length,
  };
}

function Counts() {
  const rows = state.sections.value.map((section) => ({
    title: section.title,
    ...counted(section.places.map((each) => each.position)),
  }));
  const total = { title: say("handInTotal"), ...counted(state.shownOrder.value) };
  const hasPartial = state.hasManyPlaces.value;
  return (
    <table class="counts">
      <thead>
        <tr>
          <th scope="col">{say("handInSection")}</th>
          <th scope="col">{say("handInAnswered")}</th>
          {hasPartial && <th scope="col">{say("handInPartial")}</th>}
          <th scope="col">{say("handInUnanswered")}</th>
          <th scope="col">{say("handInFlagged")}</th>
        </tr>
      </thead>
      <tbody>
        {[...rows, ...(rows.length > 1 ? [total] : [])].map((row, place) => (
          <tr key={place}>
            <th scope="row">{row.title}</th>
            <td>{row.full}</td>
            {hasPartial && <td class={row.partial ? "is-open" : ""}>{row.partial}</td>}
            <td class={row.empty ? "is-open" : ""}>{row.empty}</td>
            <td>{row.flagged}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Lists({ goTo }: { goTo: (number: number) => void }) {
  const places = state.shownOrder.value.map((position, place) => ({ position, number: place + 1 }));
  const numbers = (is: (position: number) => boolean) =>
    places.filter((each) => is(each.position)).map((each) => each.number);
  const empty = numbers((each) => state.fullnessAt(each) === "empty");
  const partial = numbers((each) => state.fullnessAt(each) === "partial");
  const flagged = numbers((each) => state.flagged.value.has(each));
  if (empty.length + partial.length + flagged.length === 0) return <p>✓ {say("handInAll")}</p>;
  return (
    <>
      {empty.length + partial.length === 0 && <p>✓ {say("handInAll")}</p>}
      <p class="help">{say("handInGoTo")}</p>
      <Numbers words={say("handInUnanswered")} numbers={empty} goTo={goTo} kind="empty" />
      <Numbers words={say("handInPartial")} numbers={partial} goTo={goTo} kind="partial" />
      <Numbers words={say("handInFlagged")} numbers={flagged} goTo={goTo} kind="flagged" />
    </>
  );
}

interface NumbersProps {
  words: string;
  numbers: number[];
  goTo: (number: number) => void;
  kind: string;
}

function Numbers({ words, numbers, goTo, kind }: NumbersProps) {
  if (numbers.length === 0) return null;
  return (
    <nav class="numbers" aria-label={words} data-testid={`list-${kind}`}>
      <span class="numbers-words">
        {words} <span class="figures">{numbers.length}</span>
      </span>
      {numbers.map((number) => (
        <a
          key={number}
          href={`#question-${number}`}
          class="number-link figures"
          aria-label={say("question", { number })}
          onClick={(event) => {
            event.preventDefault();
            goTo(number);
          }}
        >
          {number}
        </a>
      ))}
    </nav>
  );
}

/** Answers that have not arrived: handing in waits for them. */
function Waiting() {
  const count = state.pendingCount.value;
  const isKept = state.handInStep.value === "waiting" && !state.isUp.value;
  if (count === 0 && !isKept) return null;
  const words = state.isUp.value ? "handInPending" : isKept ? "handInKept" : "handInPendingDown";
  return (
    <p class="notice is-attention" role="status" data-testid="hand-in-pending">
      {say(words, { count })}
    </p>
  );
}
