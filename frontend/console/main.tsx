// The proctor's console.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "./console.css";
import { render } from "preact";
import { ActBar, NeedsYou } from "./acts";
import { countsOf } from "./facts";
import { downSince, nowMs, opened, Room, snapshot } from "./room";
import { StartButton } from "./start";
import { Plan, stateWords } from "./tiles";
import { clockText, say } from "./words";

function Page({ room, back, incidents }: { room: Room; back: string; incidents: string }) {
  const told = snapshot.value;
  if (!told) return <p class="loading">…</p>;
  return (
    <div class={downSince.value === null ? "console" : "console is-down"}>
      <header class="console-bar">
        <a href={back}>← {say("back")}</a>
        <div>
          <strong>{told.room.name}</strong> {told.exam_session.name} · {told.exam_session.subject}
        </div>
        <div class="figures">
          {say("serverTime")} <strong>{clockText(nowMs.value)}</strong>
        </div>
        <Counts />
        <a href={incidents}>
          {say("incidents")} ({told.incidents.length})
        </a>
        {told.room.closed_at ? (
          <strong>{say("closed")}</strong>
        ) : (
          !told.room.started_at && <StartButton room={room} />
        )}
      </header>
      {downSince.value !== null && (
        <p class="line-lost" role="alert">
          ⚠ {say("lineLost", { time: clockText(downSince.value) })}
        </p>
      )}
      <main class="console-main">
        <Plan />
        <div class="side">
          <NeedsYou room={room} />
          <SeatSheet />
        </div>
      </main>
      <ActBar room={room} />
    </div>
  );
}

function Counts() {
  const counts = countsOf(snapshot.value?.seats ?? []);
  return (
    <dl class="counts figures">
      {(["due", "present", "working", "handedIn", "absent"] as const).map((name) => (
        <div key={name}>
          <dt>{say(name)}</dt>
          <dd data-testid={`count-${name}`}>{counts[name]}</dd>
        </div>
      ))}
    </dl>
  );
}

function SeatSheet() {
  const seat = snapshot.value?.seats.find((each) => each.sitting === opened.value);
  if (!seat) return null;
  return (
    <section class="seat-sheet" aria-label={`${say("seat")} ${seat.seat}`}>
      <h2>
        {say("seat")} {seat.seat} · {seat.name}
      </h2>
      <p>
        {say("ticket")} {seat.ticket} · {say("form")} {seat.form} · {stateWords(seat.status)}
      </p>
      <p>{say("progress", { answered: seat.answered, total: seat.total })}</p>
      {seat.ends_at && (
        <p>
          {say("endsAt")} {clockText(seat.ends_at)}
        </p>
      )}
      {seat.last_contact_at && (
        <p>
          {say("lastContact")} {clockText(seat.last_contact_at)}
        </p>
      )}
      {seat.message_unread > 0 && <p>{say("unread", { count: seat.message_unread })}</p>}
      <button
        type="button"
        onClick={() => {
          opened.value = null;
        }}
      >
        {say("cancel")}
      </button>
    </section>
  );
}

const root = document.getElementById("console");
if (root) {
  const { examSession = "", room = "", back = "/", incidents = "/" } = root.dataset;
  render(<Page room={new Room(examSession, room)} back={back} incidents={incidents} />, root);
}
