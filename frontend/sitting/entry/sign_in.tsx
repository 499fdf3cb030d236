// Signing in: two large fields, and what to do when it fails.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../lib/icon";
import type { Reply } from "../../lib/live";
import type { Seat } from "../seat";
import * as state from "../state";
import { NO_TIME, Step } from "../step";
import * as time from "../time";
import { clockText, say } from "../words";

const ASK_AGAIN_MS = 5_000;

export function SignIn({ seat }: { seat: Seat }) {
  // What was typed stays, whatever happens.
  const [ticket, setTicket] = useState("");
  const [code, setCode] = useState("");
  const [refused, setRefused] = useState<Reply | null>(null);
  const [isBusy, setBusy] = useState(false);
  const isAsking = useRef(false); // two at once would end each other's token
  async function enter(): Promise<void> {
    if (isAsking.current) return;
    isAsking.current = true;
    setBusy(true);
    try {
      const reply = await seat.signIn(ticket, code);
      setRefused(reply.ok ? null : reply);
    } catch {
      setRefused({ ok: false, code: "no_answer", message: say("noAnswer") });
    }
    isAsking.current = false;
    setBusy(false);
  }
  if (refused?.code === "other_device")
    return <OtherDevice ask={enter} cancel={() => setRefused(null)} />;
  return (
    <Step title={say("title")} testId="step-sign-in">
      <form
        class="sign-in"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <p class="large-clock figures" aria-hidden="true">
          {time.isSure.value ? clockText(time.nowSecond.value) : NO_TIME}
        </p>
        {state.isStoreBroken.value && <p class="problem">⚠ {say("storeBroken")}</p>}
        {refused && <Refused reply={refused} />}
        <Entry name="ticket" label={say("ticket")} value={ticket} set={setTicket} isFirst />
        <Entry name="code" label={say("code")} value={code} set={setCode} />
        <button class="main-act" type="submit" data-testid="sign-in" disabled={isBusy}>
          {say(isBusy ? "signingIn" : "signIn")}
        </button>
        <p class="help" id="sign-in-help">
          {say("signInHelp")}
        </p>
        <p class="raise-hand">
          <Icon name="hand" /> {say("signInFails")}
        </p>
      </form>
    </Step>
  );
}

interface EntryProps {
  name: string;
  label: string;
  value: string;
  set: (value: string) => void;
  isFirst?: boolean;
}

function Entry({ name, label, value, set, isFirst }: EntryProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (isFirst) field.current?.focus();
  }, [isFirst]);
  return (
    <>
      <label for={name}>{label}</label>
      <input
        ref={field}
        id={name}
        name={name}
        data-testid={name}
        type="text"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        required
        maxLength={32}
        aria-describedby="sign-in-help"
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </>
  );
}

/** What happened, what became of it and what to do stand in the server's own sentence. */
function Refused({ reply }: { reply: Reply }) {
  return (
    <div class="problem" role="alert" data-testid="refused">
      {reply.code === "too_late" && <strong>{say("tooLateTitle")}</strong>}
      <p>⚠ {reply.message ?? reply.code}</p>
    </div>
  );
}

/** Another computer holds the sitting: asked again by itself until the proctor has agreed. */
function OtherDevice({ ask, cancel }: { ask: () => Promise<void>; cancel: () => void }) {
  const again = useRef(ask);
  again.current = ask;
  useEffect(() => {
    const timer = setInterval(() => void again.current(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Step title={say("otherDeviceTitle")} testId="step-other-device" icon="■">
      <p role="status">{say("otherDevice")}</p>
      <p class="help">{say("otherDeviceNext")}</p>
      <button type="button" onClick={cancel}>
        {say("cancel")}
      </button>
    </Step>
  );
}
