// Handing in: what is unanswered or flagged as links, the early rule, then the receipt.
import { useEffect, useRef } from "preact/hooks";
import type { Seat } from "./seat";
import * as state from "./state";
import { clockText, say } from "./words";

export function HandInSheet({ seat }: { seat: Seat }) {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => sheet.current?.showModal(), []);
  const order = state.shownOrder.value;
  const places = order.map((position, index) => ({ position, number: index + 1 }));
  const open = places.filter((p) => !state.isAnswered(state.answers.value[String(p.position)]));
  const flags = places.filter((p) => state.flagged.value.has(p.position));
  const from = state.sitting.value?.hand_in_from ?? null;
  const isEarly = from !== null && Date.parse(from) > state.nowMs.value;
  const close = () => {
    state.isHandingIn.value = false;
    state.handInProblem.value = null;
  };
  const goTo = (number: number) => {
    state.current.value = number;
    close();
  };
  return (
    <dialog ref={sheet} class="sheet" onClose={close} aria-labelledby="hand-in-title">
      <h2 id="hand-in-title">{say("handInTitle")}</h2>
      {open.length === 0 && <p>{say("handInAll")}</p>}
      <Numbers
        words={say("handInUnanswered", { count: open.length })}
        numbers={open.map((p) => p.number)}
        goTo={goTo}
      />
      <Numbers
        words={say("handInFlagged", { count: flags.length })}
        numbers={flags.map((p) => p.number)}
        goTo={goTo}
      />
      {isEarly && from && <p class="problem">{say("handInFrom", { time: clockText(from) })}</p>}
      {state.handInProblem.value && (
        <p class="problem" role="alert">
          {say("handInFailed", { message: state.handInProblem.value })}
        </p>
      )}
      {state.pendingCount.value > 0 && <p class="problem">{say("stillSending")}</p>}
      <div class="acts">
        <button type="button" class="main-act" onClick={close}>
          {say("back")}
        </button>
        <button
          type="button"
          class="hand-in"
          data-testid="hand-in-confirm"
          disabled={isEarly}
          onClick={() => seat.handIn()}
        >
          {say("handInConfirm")}
        </button>
      </div>
    </dialog>
  );
}

function Numbers(props: { words: string; numbers: number[]; goTo: (number: number) => void }) {
  if (props.numbers.length === 0) return null;
  return (
    <p>
      {props.words}{" "}
      {props.numbers.map((number) => (
        <button key={number} type="button" class="link" onClick={() => props.goTo(number)}>
          {number}
        </button>
      ))}
    </p>
  );
}

export function ReceiptPage() {
  const receipt = state.sitting.value?.receipt;
  if (!receipt) return null;
  const titles = { time_over: say("receiptTimeOver"), forced: say("receiptForced") };
  const title = titles[receipt.reason as keyof typeof titles] ?? say("receiptTitle");
  return (
    <section class="card-page" data-testid="receipt">
      <h1>✓ {title}</h1>
      <p>{say("receiptText", { count: receipt.count, time: clockText(receipt.handed_in_at) })}</p>
      <p class="center">{say("receiptCode")}</p>
      <p class="receipt-code figures" data-testid="receipt-code">
        {receipt.code}
      </p>
      {state.lateCount.value > 0 && (
        <p class="problem">{say("lateWork", { count: state.lateCount.value })}</p>
      )}
      <p class="help">{say("receiptNext")}</p>
    </section>
  );
}
