// Before the paper: sign-in, confirming who it is, pledge, waiting.
import { useState } from "preact/hooks";
import type { Seat } from "./seat";
import { hasSealed, isUp, nowMs, sitting } from "./state";
import { clockText, say } from "./words";

export function SignIn({ seat }: { seat: Seat }) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const sent = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    try {
      const reply = await seat.signIn(String(sent.get("ticket")), String(sent.get("code")));
      setProblem(reply.ok ? null : (reply.message ?? reply.code ?? ""));
    } catch {
      setProblem(say("noAnswer"));
    }
    setBusy(false);
  }
  return (
    <form class="card-page" onSubmit={submit}>
      <h1>{say("title")}</h1>
      <label for="ticket">{say("ticket")}</label>
      <input id="ticket" name="ticket" data-testid="ticket" autocomplete="off" required />
      <label for="code">{say("code")}</label>
      <input id="code" name="code" data-testid="code" autocomplete="off" required />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button class="main-act" type="submit" data-testid="sign-in" disabled={isBusy}>
        {say("signIn")}
      </button>
      <p class="help">{say("signInHelp")}</p>
    </form>
  );
}

export function Confirm({ seat }: { seat: Seat }) {
  const [isSomebodyElse, setSomebodyElse] = useState(false);
  const told = sitting.value;
  if (!told) return null;
  const { candidate } = told;
  return (
    <section class="card-page">
      <h1>{say("confirmTitle")}</h1>
      <dl class="facts">
        <dt>{say("name")}</dt>
        <dd>{candidate.name}</dd>
        <dt>{say("idNumber")}</dt>
        <dd class="figures">{candidate.id_number_masked}</dd>
        <dt>{say("ticket")}</dt>
        <dd class="figures">{candidate.ticket}</dd>
        <dt>{say("subject")}</dt>
        <dd>{told.subject}</dd>
        <dt>{say("room")}</dt>
        <dd>{candidate.room}</dd>
        <dt>{say("seat")}</dt>
        <dd class="figures">{candidate.seat}</dd>
      </dl>
      {isSomebodyElse ? (
        <p class="problem" role="alert">
          {say("notMeDone")}
        </p>
      ) : (
        <div class="acts">
          <button
            class="main-act"
            type="button"
            data-testid="confirm"
            onClick={() => seat.step("confirm_identity")}
          >
            {say("thisIsMe")}
          </button>
          <button
            type="button"
            onClick={() => {
              setSomebodyElse(true);
              seat.report("not_me");
              seat.callProctor();
            }}
          >
            {say("notMe")}
          </button>
        </div>
      )}
    </section>
  );
}

export function Pledge({ seat }: { seat: Seat }) {
  return (
    <section class="card-page">
      <h1>{say("pledgeTitle")}</h1>
      <ol class="rules">
        <li>{say("rule1")}</li>
        <li>{say("rule2")}</li>
        <li>{say("rule3")}</li>
        <li>{say("rule4")}</li>
      </ol>
      <p>{say("pledge")}</p>
      <button
        class="main-act"
        type="button"
        data-testid="pledge"
        onClick={() => seat.step("accept_pledge")}
      >
        {say("accept")}
      </button>
    </section>
  );
}

export function Waiting() {
  const told = sitting.value;
  if (!told) return null;
  return (
    <section class="card-page" data-testid="waiting">
      <h1>{say("waitingTitle")}</h1>
      <p class="seat-number figures">
        <small>{say("seat")}</small> {told.candidate.seat}
      </p>
      <p class="center">
        {told.candidate.name} · {told.subject}
      </p>
      <p class="center">
        {say("serverTime")} <span class="figures">{clockText(nowMs.value)}</span>
      </p>
      <ul class="checks">
        <Check words={say("readyLine")} isGood={isUp.value} />
        <Check words={say("readyPaper")} isGood={hasSealed.value} />
        <Check words={say("readyStore")} isGood={true} />
      </ul>
      <p class="help">{say("waitingText")}</p>
    </section>
  );
}

function Check({ words, isGood }: { words: string; isGood: boolean }) {
  return (
    <li class={isGood ? "is-good" : "is-not-yet"}>
      {isGood ? "✓" : "…"} {words}：{isGood ? say("good") : say("notYet")}
    </li>
  );
}
