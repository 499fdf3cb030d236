// Where each act reached: it stays in sight until every seat has confirmed or it is put away.
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Outcome, reachedBy } from "./confirming";
import { dismiss, outcomes, UNDO_MS } from "./outcome_list";
import type { Room } from "./room";
import { goTo } from "./room_plan";
import { seatOf, tickMs, whyNot } from "./room_state";
import { say } from "./words";

export function Outcomes({ room }: { room: Room }) {
  return (
    <section class="outcomes" aria-label={say("outcomes")} aria-live="polite">
      {outcomes.value.map((outcome) => (
        <OutcomeCard key={outcome.id} room={room} outcome={outcome} />
      ))}
    </section>
  );
}

function OutcomeCard({ room, outcome }: { room: Room; outcome: Outcome }) {
  const reached = useComputed(() => reachedBy(outcome.awaits, seatOf)).value;
  const isOpen = reached.missing.length > 0;
  const isTrouble = outcome.problem !== null || outcome.refused.length > 0;
  const isDone = !isOpen && !isTrouble;
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => dismiss(outcome.id), UNDO_MS);
    return () => clearTimeout(timer);
  }, [isDone, outcome.id]);
  const kind = isTrouble ? "is-bad" : isOpen ? "is-open" : "is-ok";
  return (
    <article class={`outcome ${kind}`} data-testid="outcome">
      <header>
        <strong>{outcome.words}</strong>
        <button
          type="button"
          class="link"
          aria-label={say("dismiss")}
          onClick={() => dismiss(outcome.id)}
        >
          ✕
        </button>
      </header>
      {outcome.problem !== null && <p>{say("failed", { message: outcome.problem })}</p>}
      {reached.of > 0 && (
        <p data-testid="confirmed">
          {isOpen ? "" : "✓ "}
          {say("confirmed", { confirmed: reached.confirmed, of: reached.of })}
        </p>
      )}
      {isOpen && <Missing outcome={outcome} />}
      {outcome.refused.length > 0 && <Refused outcome={outcome} />}
      {outcome.undo && <UndoButton room={room} outcome={outcome} />}
    </article>
  );
}

const MOST_NAMED = 12;

function Missing({ outcome }: { outcome: Outcome }) {
  const { missing } = useComputed(() => reachedBy(outcome.awaits, seatOf)).value;
  return (
    <p class="outcome-seats">
      {say("notConfirmed")}
      {missing.slice(0, MOST_NAMED).map((seat) => (
        <button
          key={seat.sitting}
          type="button"
          class="chip"
          title={seat.name}
          onClick={() => goTo(seat.sitting)}
        >
          {seat.seat}
          {seat.connected ? "" : ` ${say("noLine")}`}
        </button>
      ))}
      {missing.length > MOST_NAMED && `… +${missing.length - MOST_NAMED}`}
    </p>
  );
}

function Refused({ outcome }: { outcome: Outcome }) {
  const byMessage = new Map<string, string[]>();
  for (const each of outcome.refused) {
    const seats = byMessage.get(each.message) ?? [];
    byMessage.set(each.message, [...seats, each.sitting]);
  }
  return (
    <ul class="outcome-refused">
      {[...byMessage].map(([message, sittings]) => (
        <li key={message}>
          {sittings.map((sitting) => (
            <button key={sitting} type="button" class="chip" onClick={() => goTo(sitting)}>
              {seatOf(sitting)?.seat ?? "?"}
            </button>
          ))}
          {message}
        </li>
      ))}
    </ul>
  );
}

function UndoButton({ room, outcome }: { room: Room; outcome: Outcome }) {
  const { undo } = outcome;
  if (!undo || tickMs.value > outcome.undoUntilMs) return null;
  const take = async () => {
    const isDone = await room.act(undo.act, undo.sittings, undo.more, undo.words);
    if (isDone) dismiss(outcome.id);
  };
  return (
    <button
      type="button"
      class="small"
      data-testid="undo"
      disabled={whyNot.value !== null}
      title={whyNot.value ?? undefined}
      onClick={() => void take()}
    >
      ↶ {say("undo", { what: undo.words })}
    </button>
  );
}
