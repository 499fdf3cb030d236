// Who is away: the list of them, the acts that let go and take back, and what is granted to whom.
import { computed } from "@preact/signals";
import { allowanceS, awayOnes, type Granted, isAway } from "./away";
import type { SeatFacts } from "./facts";
import { Icon } from "./icons";
import { ageOf } from "./needs";
import type { Room } from "./room";
import { goTo } from "./room_plan";
import { frame, mayAct, nowMs, seats, whyNot } from "./room_state";
import { clockText, durationWords, say } from "./words";

const EXTRA_MIN = 5;
const away = computed(() => awayOnes(seats.value));

export async function letGo(room: Room, seat: SeatFacts, kind: "break" | "out"): Promise<void> {
  const isDone = await room.settle("start_break", seat.sitting, { kind });
  if (isDone && seat.called !== null) await room.settle("answer_call", seat.sitting);
}

/** Who is away, since when, and for how long the clock still stands; more than usual is said. */
export function AwayList({ room }: { room: Room }) {
  const found = away.value;
  if (found.length === 0) return null;
  const most = frame.value?.exam_session.most_out ?? 1;
  return (
    <section class="away-list" aria-label={say("away")} data-testid="away-list">
      <h2>{say("awayCount", { count: found.length })}</h2>
      {found.length > most && <p class="attention">⚠ {say("tooManyOut", { count: most })}</p>}
      <ul>
        {found.map((seat) => (
          <li key={seat.sitting}>
            <button type="button" class="link" onClick={() => goTo(seat.sitting)}>
              <strong class="figures">{seat.seat}</strong> {seat.name}
            </button>
            <AwayWords seat={seat} />
            <AwayActs room={room} seat={seat} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function AwayWords({ seat }: { seat: SeatFacts }) {
  const told = seat.away;
  if (!told) return null;
  const age = ageOf(told.since, nowMs.value);
  const left = allowanceS(seat, nowMs.value);
  return (
    <span class="away-words figures">
      <Icon name={told.kind} /> {say(told.kind === "break" ? "onBreak" : "isOut")}
      {say("comma")}
      {say("sinceTime", { time: clockText(told.since) })} (
      {age.unit === "s" ? say("seconds", age) : say("minutes", age)})
      {left !== null && (
        <span class={left > 0 ? "" : "attention"}>
          {say("semicolon")}
          {left > 0
            ? say("clockStands", { time: durationWords(left) })
            : say("clockRuns", { time: durationWords(-left) })}
        </span>
      )}
    </span>
  );
}

/** Coming back, and minutes in which the clock stands still for longer. */
export function AwayActs({ room, seat }: { room: Room; seat: SeatFacts }) {
  if (!mayAct.value) return null;
  const extend = { minutes: EXTRA_MIN, reason: say("reason_health") };
  return (
    <span class="away-acts">
      <button
        type="button"
        class="small main-act"
        disabled={whyNot.value !== null}
        data-testid={`back-${seat.seat}`}
        onClick={() => void room.settle("end_break", seat.sitting)}
      >
        {say("isBack")}
      </button>
      {seat.away?.kind === "break" && (
        <button
          type="button"
          class="small"
          disabled={whyNot.value !== null}
          onClick={() => void room.settle("extend_break", seat.sitting, extend)}
        >
          {say("longerBreak", { minutes: EXTRA_MIN })}
        </button>
      )}
    </span>
  );
}

/** In a seat's sheet: let go, or take back. */
export function LeavingActs({ room, seat }: { room: Room; seat: SeatFacts }) {
  if (isAway(seat))
    return (
      <p class="sheet-acts">
        <AwayWords seat={seat} /> <AwayActs room={room} seat={seat} />
      </p>
    );
  if (seat.status !== "running" || !mayAct.value) return null;
  return (
    <p class="sheet-acts">
      <LetGo room={room} seat={seat} />
    </p>
  );
}

/** A break where one is granted; out of the room while time runs. */
export function LetGo({ room, seat }: { room: Room; seat: SeatFacts }) {
  if (!mayAct.value || seat.status !== "running" || isAway(seat)) return null;
  const isGranted = seat.break_left_s > 0;
  return (
    <>
      {isGranted && (
        <button
          type="button"
          class="small main-act"
          disabled={whyNot.value !== null}
          data-testid={`break-${seat.seat}`}
          onClick={() => void letGo(room, seat, "break")}
        >
          {say("startBreak", { minutes: Math.floor(seat.break_left_s / 60) })}
        </button>
      )}
      <button
        type="button"
        class="small"
        disabled={whyNot.value !== null}
        data-testid={`out-${seat.seat}`}
        onClick={() => void letGo(room, seat, "out")}
      >
        {say("letOut")}
      </button>
    </>
  );
}

function grantedWords(granted: Granted): string {
  return [
    granted.extra_min > 0 ? say("grantedTime", { minutes: granted.extra_min }) : "",
    granted.break_min > 0 ? say("grantedBreaks", { minutes: granted.break_min }) : "",
    granted.is_large_text ? say("grantedText") : "",
    granted.wants_own_room ? say("grantedRoom") : "",
    granted.helper ? say("grantedHelper", { helper: granted.helper }) : "",
    granted.note,
  ]
    .filter(Boolean)
    .join(say("semicolon"));
}

/** In a seat's sheet: what is granted, in words. */
export function GrantedWords({ seat }: { seat: SeatFacts }) {
  if (!seat.granted) return null;
  return (
    <p class="sheet-granted" data-testid="sheet-granted">
      <Icon name="granted" /> <strong>{say("granted")}</strong>
      {say("colon")}
      {grantedWords(seat.granted)}
    </p>
  );
}

function shortWords({ extra_min }: Granted): string {
  return extra_min > 0 ? say("grantedShort", { minutes: extra_min }) : say("granted");
}

/** On a tile: a shape and a word, for who has an accommodation. */
export function GrantedMark({ seat }: { seat: SeatFacts }) {
  if (!seat.granted) return null;
  return (
    <small class="tile-granted" title={grantedWords(seat.granted)}>
      <Icon name="granted" /> <span class="tile-granted-word">{shortWords(seat.granted)}</span>
    </small>
  );
}
