// Calling the proctor, with a reason or none.

import { useState } from "preact/hooks";
import { Icon } from "../lib/icon";
import { Sheet } from "./dialog";
import type { Seat } from "./seat";
import * as state from "./state";
import { say } from "./words";
import type { Key } from "./words.zh";

const REASONS: readonly Key[] = ["callReason1", "callReason2", "callReason3", "callReason4"];
const LONGEST = 100;

export function CallButton({ seat }: { seat: Seat }) {
  const [isOpen, setOpen] = useState(false);
  const isCalled = state.isCalled.value;
  return (
    <>
      <button
        type="button"
        class={`call ${isCalled ? "is-called" : ""}`}
        data-testid="call"
        onClick={() => setOpen(true)}
      >
        <Icon name="hand" />{" "}
        <span class="call-words">
          <span>{say(isCalled ? "called" : "callProctor")}</span>
          <span aria-hidden="true">{say(isCalled ? "callProctor" : "called")}</span>
        </span>
      </button>
      {isOpen && <CallSheet seat={seat} close={() => setOpen(false)} />}
    </>
  );
}

function CallSheet({ seat, close }: { seat: Seat; close: () => void }) {
  const [text, setText] = useState("");
  const [hasFailed, setFailed] = useState(false);
  async function call(event: SubmitEvent) {
    event.preventDefault();
    if (await seat.callProctor(text.trim())) close();
    else setFailed(true);
  }
  async function askBreak() {
    if (await seat.callProctor("", "break")) close();
    else setFailed(true);
  }
  return (
    <Sheet title={say("callTitle")} name="call-sheet" close={close}>
      <form onSubmit={call}>
        <p>
          <label for="call-text">{say("callText")}</label>
        </p>
        <div class="reasons">
          {REASONS.map((key) => (
            <button key={key} type="button" onClick={() => setText(say(key))}>
              {say(key)}
            </button>
          ))}
        </div>
        <p>
          <button type="button" data-testid="ask-break" onClick={() => void askBreak()}>
            {say("askBreak")}
          </button>
        </p>
        <input
          id="call-text"
          class="call-text"
          type="text"
          autocomplete="off"
          maxLength={LONGEST}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {hasFailed && (
          <p class="problem" role="alert">
            ⚠ {say("callFailed")}
          </p>
        )}
        <div class="acts">
          <button type="button" onClick={close}>
            {say("cancel")}
          </button>
          <button type="submit" class="main-act" data-testid="call-send">
            <Icon name="hand" /> {say("callSend")}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
