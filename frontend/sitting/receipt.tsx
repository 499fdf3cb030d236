// The receipt: what the server holds, a code to note down, and what happens next.
import { useEffect } from "preact/hooks";
import { AnswerFile } from "./answer_file";
import { leavesAtMs } from "./ended";
import { QuitBrowser } from "./entry/browser_asked";
import type { Seat } from "./seat";
import * as state from "./state";
import { Step } from "./step";
import * as time from "./time";
import { clockText, say } from "./words";

/** The receipt as the server checks it later (`exam-server verify`), in an address of its own. */
function asFile(receipt: state.Receipt): string {
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  return `data:application/json;charset=utf-8,${encodeURIComponent(text)}`;
}

function fileName(ticket: string, code: string): string {
  return `receipt-${ticket}-${code}.json`;
}

export function ReceiptPage({ seat }: { seat: Seat }) {
  const ended = state.ended.value;
  const pending = state.pendingCount.value;
  const isOver = ended !== null && pending === 0 && leavesAtMs(ended) <= time.nowSecond.value;
  useEffect(() => {
    if (isOver) void seat.leave();
  }, [isOver, seat]);
  if (!ended) return null;
  const { receipt } = ended;
  const titles = { time_over: say("receiptTimeOver"), forced: say("receiptForced") };
  const title = titles[receipt.reason as keyof typeof titles] ?? say("receiptTitle");
  return (
    <Step title={title} testId="receipt" icon="✓">
      <p class="center">
        {ended.name} · <span class="unbroken">{ended.subject}</span> ·{" "}
        <span class="unbroken">{say("ticketEnd", { end: ended.ticket.slice(-4) })}</span>
      </p>
      {ended.total > 0 && (
        <p class="center large">
          {say("receiptAnswered", { answered: ended.answered, total: ended.total })}
        </p>
      )}
      <p class="center">
        {say("receiptText", { count: receipt.count, time: clockText(receipt.handed_in_at) })}
      </p>
      <p class="receipt-code">
        <span class="clock-label">{say("receiptCode")}</span>
        <strong class="figures" data-testid="receipt-code">
          {receipt.code}
        </strong>
      </p>
      <p class="center help">{say("receiptNote")}</p>
      <p class="center">
        <a href={asFile(receipt)} download={fileName(ended.ticket, receipt.code)}>
          {say("receiptSave")}
        </a>
      </p>
      {pending > 0 && (
        <p class="notice is-attention" role="status">
          ⋯ {say("lateSending", { count: pending })}
        </p>
      )}
      {pending > 0 && !state.isUp.value && <AnswerFile />}
      {ended.late > 0 && (
        <p class="notice is-attention">{say("lateWork", { count: ended.late })}</p>
      )}
      <p class="notice is-accent">{say("receiptNext")}</p>
      <QuitBrowser />
      {pending === 0 && (
        <div class="acts">
          <p class="help">{say("receiptLeaves", { time: clockText(leavesAtMs(ended), false) })}</p>
          <button type="button" data-testid="next-candidate" onClick={() => seat.leave()}>
            {say("nextCandidate")}
          </button>
        </div>
      )}
    </Step>
  );
}
