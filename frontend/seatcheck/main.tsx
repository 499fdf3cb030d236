// The page a proctor opens at every computer before the exam: looks, shows, and sends what it found.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "./seatcheck.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { postJson } from "../lib/http";
import { type Looking, lookAtThisComputer } from "./looking";
import { LOOKED_AT, type Looked, type State } from "./looks";
import { otherLanguage, say, speakOther } from "./words";
import type { Key } from "./words.zh";

const SIGNS: Record<State, string> = { ok: "✓", attention: "!", danger: "✕" };

const looking = signal<Looking | null>(null);
const said = signal<{ state: State; text: string } | null>(null);
const isSending = signal(false);

async function look(): Promise<void> {
  looking.value = null;
  looking.value = await lookAtThisComputer();
}

async function send(form: HTMLFormElement): Promise<void> {
  const found = looking.value;
  if (!found || isSending.value) return;
  const fields = new FormData(form);
  isSending.value = true;
  const states = LOOKED_AT.map((name) => [name, found.findings[name].state]);
  const reply = await postJson("/api/seat-checks", {
    code: String(fields.get("code")),
    seat: Number(fields.get("seat")),
    findings: Object.fromEntries(states),
    browser: found.findings.browser.detail,
    screen: found.findings.screen.detail,
    offset_ms: found.offsetMs,
  });
  isSending.value = false;
  if (!reply.ok) said.value = { state: "danger", text: reply.message ?? say("notSent") };
  else {
    const where = { room: String(reply.room), seat: Number(reply.seat) };
    said.value = reply.is_ready
      ? { state: "ok", text: say("sentReady", where) }
      : { state: "danger", text: say("sentNotReady", where) };
  }
}

function Row({ name }: { name: Looked }) {
  const found = looking.value?.findings[name];
  const state = found?.state;
  return (
    <li class={state ? `is-${state}` : ""} data-looked={name} data-state={state ?? ""}>
      <span class="sign" aria-hidden="true">
        {state ? SIGNS[state] : "⋯"}
      </span>
      <span>
        <strong>{say(name)}</strong> {state ? say(`${state}Word`) : say("looking")}
        {found?.detail && <span class="detail"> {found.detail}</span>}
        {state && state !== "ok" && <span class="do">{say(`${name}Do` as Key)}</span>}
      </span>
    </li>
  );
}

function Page() {
  return (
    <main>
      <header>
        <h1>{say("title")}</h1>
        <button type="button" class="plain" onClick={speakOther}>
          {otherLanguage()}
        </button>
      </header>
      <p class="help">{say("intro")}</p>
      <ul class="looks">
        {LOOKED_AT.map((name) => (
          <Row key={name} name={name} />
        ))}
      </ul>
      <button type="button" class="plain" onClick={() => void look()}>
        {say("again")}
      </button>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <label>
          {say("code")}
          <input name="code" required autocomplete="off" defaultValue={location.hash.slice(1)} />
        </label>
        <label>
          {say("seat")}
          <input name="seat" type="number" min="1" required autocomplete="off" />
        </label>
        <button type="submit" disabled={!looking.value || isSending.value}>
          {say("send")}
        </button>
      </form>
      <p role="status" class={`said ${said.value ? `is-${said.value.state}` : ""}`}>
        {said.value?.text}
      </p>
    </main>
  );
}

const root = document.getElementById("seat-check");
if (root) {
  root.textContent = "";
  document.title = say("title");
  render(<Page />, root);
  void look();
}
