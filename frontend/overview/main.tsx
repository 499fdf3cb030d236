// All rooms of the exam sessions somebody leads or supervises, asked for again every few seconds.
import "./overview.css";
import { signal } from "@preact/signals";
import { render } from "preact";
import { HoldButton } from "../lib/hold";
import { Line, type Reply } from "../lib/live";
import { COUNTED, type ExamSessionRow, type RoomRow, startable, stateOf, totals } from "./totals";
import { clockText, say } from "./words";

const AGAIN_MS = 3000;

const sessions = signal<ExamSessionRow[] | null>(null);
const downSince = signal<number | null>(null);
const said = signal<{ ok: boolean; words: string } | null>(null);

const line = new Line("/proctoring");

async function ask(name: string, data: unknown = {}): Promise<Reply> {
  try {
    return await line.ask(name, data);
  } catch {
    return { ok: false, code: "no_reply", message: say("noReply") };
  }
}

async function refresh(): Promise<void> {
  const reply = await ask("fetch_rooms");
  if (reply.ok) {
    sessions.value = reply.exam_sessions as ExamSessionRow[];
    downSince.value = null;
  } else if (reply.code !== "no_reply") said.value = { ok: false, words: reply.message ?? "" };
}

async function startAll(examSession: string): Promise<void> {
  const reply = await ask("start_exam_session", { exam_session: examSession });
  said.value = reply.ok
    ? { ok: true, words: say("started", { count: Number(reply.started) }) }
    : { ok: false, words: say("notDone", { message: reply.message ?? reply.code ?? "" }) };
  await refresh();
}

function Overview({ links }: { links: Links }) {
  const told = sessions.value;
  const since = downSince.value;
  return (
    <div class={since === null ? "rooms" : "rooms is-down"}>
      <div role="alert">
        {since !== null && <p class="line-lost">⚠ {say("lineLost", { time: clockText(since) })}</p>}
      </div>
      <p role="status" class={said.value?.ok ? "said is-ok" : "said is-bad"} data-testid="said">
        {said.value?.words}
      </p>
      {told === null && <p>{say("loading")}</p>}
      {told?.length === 0 && <p class="empty-state">{say("nothing")}</p>}
      {told?.map((each) => (
        <Session key={each.id} told={each} links={links} />
      ))}
    </div>
  );
}

interface Links {
  console: string;
  record: string;
}

function Session({ told, links }: { told: ExamSessionRow; links: Links }) {
  const toStart = startable(told);
  const ready = toStart.reduce((sum, room) => sum + room.ready, 0);
  const sums = totals(told.rooms);
  return (
    <section aria-labelledby={`session-${told.id}`}>
      <header class="session-head">
        <h2 id={`session-${told.id}`}>{told.name}</h2>
        <span>
          {say("plannedAt", { time: clockText(told.planned_start), minutes: told.minutes })}
        </span>
        {toStart.length > 0 && (
          <span class="start-all">
            <small id={`note-${told.id}`}>
              {say("startNote", { rooms: toStart.length, ready })}
            </small>
            <HoldButton
              class="btn btn-primary"
              testId="start-all"
              describedBy={`note-${told.id}`}
              disabled={downSince.value !== null}
              words={{
                idle: say("hold"),
                held: say("holding"),
                armed: say("holdAgain"),
                busy: say("starting"),
              }}
              act={() => startAll(told.id)}
            />
          </span>
        )}
      </header>
      <table class="table table-work has-act">
        <caption class="visually-hidden">{told.name}</caption>
        <thead>
          <tr>
            <th scope="col">{say("site")}</th>
            <th scope="col">{say("room")}</th>
            <th scope="col">{say("state")}</th>
            {COUNTED.map((name) => (
              <th key={name} scope="col" class="number">
                {say(name === "handed_in" ? "handedIn" : name)}
              </th>
            ))}
            <th scope="col">{say("console")}</th>
          </tr>
        </thead>
        <tbody>
          {told.rooms.map((room) => (
            <Row key={room.id} session={told} room={room} links={links} />
          ))}
        </tbody>
        {told.rooms.length > 1 && (
          <tfoot>
            <tr>
              <th scope="row" colSpan={3}>
                {say("total")}
              </th>
              {COUNTED.map((name) => (
                <td key={name} class="number">
                  {sums[name]}
                </td>
              ))}
              <td />
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  );
}

function Row({ session, room, links }: { session: ExamSessionRow; room: RoomRow; links: Links }) {
  const state = stateOf(session, room);
  const address = (pattern: string) =>
    pattern.replace("EXAM_SESSION", session.id).replace("ROOM", room.id);
  return (
    <tr data-testid={`room-${room.name}`}>
      <td>{room.site}</td>
      <td>{room.name}</td>
      <td>{say(state, { time: room.ends_at ? clockText(room.ends_at) : "" })}</td>
      {COUNTED.map((name) => (
        <td
          key={name}
          class={
            room[name] > 0 && (name === "needs" || name === "lost") ? "number is-need" : "number"
          }
        >
          {room[name]}
        </td>
      ))}
      <td>
        <a
          class="btn btn-sm btn-outline-primary"
          href={address(state === "closed" ? links.record : links.console)}
        >
          {say(state === "closed" ? "record" : "open")}
        </a>
      </td>
    </tr>
  );
}

line.socket.on("connect", () => void refresh());
line.socket.on("disconnect", () => {
  downSince.value ??= Date.now();
});
setInterval(() => line.isUp && !document.hidden && void refresh(), AGAIN_MS);

const root = document.getElementById("overview");
if (root) {
  const { console = "", record = "" } = root.dataset;
  render(<Overview links={{ console, record }} />, root);
}
