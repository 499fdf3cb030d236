// A seat's timeline drawn: answers as ticks, losses as gaps, pauses as bands, and the list in words.
import type { SeatFacts } from "./facts";
import { Icon } from "./icons";
import { nowMs } from "./room_state";
import { signalSentence } from "./signals";
import {
  placeIn,
  type SeatDetails,
  type Span,
  secondsOf,
  spanOf,
  stretches,
  type TimelineEvent,
  ticks,
} from "./timeline";
import { categoryWords, clockText, durationWords, say } from "./words";

const PARTS = 120;
const TALLEST = 26;
const MARKED = new Set(["called", "answer_call", "incident", "message", "approve_move"]);

export function TimelineStrip({ seat, details }: { seat: SeatFacts; details: SeatDetails }) {
  const now = nowMs.value;
  const span = spanOf(details, seat.ends_at, now);
  const bars = ticks(details, span, PARTS);
  const most = Math.max(1, ...bars.map((tick) => tick.count));
  return (
    <figure class="strip">
      <svg viewBox="0 0 400 44" role="img" aria-label={stripWords(details, now)}>
        <title>{stripWords(details, now)}</title>
        <rect class="strip-line" x="0" y="34" width="400" height="2" />
        {stretches(details, span, now).map((stretch) => (
          <rect
            key={`${stretch.kind} ${stretch.from}`}
            class={`strip-${stretch.kind}`}
            x={stretch.from * 400}
            y="4"
            width={Math.max(2, (stretch.to - stretch.from) * 400)}
            height="32"
          />
        ))}
        {bars.map((tick) => {
          const height = 4 + (TALLEST - 4) * (tick.count / most);
          return (
            <rect
              key={tick.place}
              class="strip-tick"
              x={tick.place * 400 - 1}
              y={34 - height}
              width="2"
              height={height}
            />
          );
        })}
        <Marks details={details} span={span} />
        <rect class="strip-now" x={placeIn(span, now) * 400 - 1} y="0" width="2" height="40" />
      </svg>
      <figcaption class="figures">
        <span>{clockText(span.fromMs)}</span>
        <span>{clockText(span.toMs)}</span>
      </figcaption>
    </figure>
  );
}

function Marks({ details, span }: { details: SeatDetails; span: Span }) {
  return (
    <>
      {details.timeline
        .filter((event) => MARKED.has(event.kind))
        .map((event) => (
          <circle
            key={`${event.kind} ${event.at}`}
            class={`strip-mark is-${event.kind}`}
            cx={placeIn(span, Date.parse(event.at)) * 400}
            cy="40"
            r="3"
          />
        ))}
    </>
  );
}

function stripWords(details: SeatDetails, now: number): string {
  const lost = details.timeline.filter((event) => event.kind === "lost");
  const seconds = lost.reduce((sum, event) => sum + secondsOf(event, now), 0);
  return say("stripWords", {
    answers: details.answers.length,
    losses: lost.length,
    time: durationWords(seconds),
  });
}

export function TimelineList({ details }: { details: SeatDetails }) {
  const newestFirst = [...details.timeline].reverse();
  if (newestFirst.length === 0) return <p class="soft">{say("nothingYet")}</p>;
  return (
    <ol class="events">
      {newestFirst.map((event) => (
        <li key={`${event.kind} ${event.at} ${event.text ?? ""}`} class={`event is-${event.kind}`}>
          <time class="figures" dateTime={event.at}>
            {clockText(event.at, true)}
          </time>
          <span>
            <EventWords event={event} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function EventWords({ event }: { event: TimelineEvent }) {
  const now = nowMs.value;
  const about = event.whole_room ? ` (${say("wholeRoom")})` : "";
  const why = event.reason ? `${say("colon")}${event.reason}` : "";
  const by = event.by ? <small class="soft"> {event.by}</small> : null;
  switch (event.kind) {
    case "lost":
      return (
        <>
          {event.until
            ? say("event_lost", { time: durationWords(secondsOf(event, now)) })
            : say("event_losing", { time: durationWords(secondsOf(event, now)) })}
          {event.given_back ? ` · ${say("givenBack")}` : ""}
        </>
      );
    case "paused":
      return (
        <>
          {say("event_paused", { time: durationWords(secondsOf(event, now)) })}
          {about}
          {why}
          {by}
        </>
      );
    case "break":
    case "out":
      return (
        <>
          {say(`event_${event.kind}`, { time: durationWords(secondsOf(event, now)) })}
          {why}
          {by}
        </>
      );
    case "time_granted":
    case "time_taken_back":
      return (
        <>
          {say(`event_${event.kind}`, { minutes: event.minutes ?? "" })}
          {about}
          {why}
          {by}
        </>
      );
    case "message":
      return (
        <>
          {say("message")}
          {say("colon")}
          <q>{event.text}</q>{" "}
          {event.read_at ? (
            <small class="ok">✓ {say("readAt", { time: clockText(event.read_at) })}</small>
          ) : (
            <small class="attention">{say("notRead")}</small>
          )}
          {by}
        </>
      );
    case "incident":
      return (
        <>
          <strong>{categoryWords(event.category ?? "other")}</strong>
          {say("colon")}
          {event.is_withdrawn ? <s>{event.text}</s> : event.text}
          {event.is_withdrawn ? ` ${say("withdrawnNote")}` : ""}
          {by}
        </>
      );
    default:
      return (
        <>
          <Other event={event} />
          {why}
          {by}
        </>
      );
  }
}

function Other({ event }: { event: TimelineEvent }) {
  if (event.kind === "signal") return <>{signalSentence(event)}</>;
  if (event.kind === "attendance") return <>{say(`mark_${event.mark as "present"}`)}</>;
  if (event.kind === "called" || event.kind === "answer_call")
    return (
      <>
        {event.kind === "called" ? <Icon name="called" /> : null} {say(`event_${event.kind}`)}
        {event.text ? <q>{event.text}</q> : null}
      </>
    );
  if (event.kind === "late_decided") {
    const told = { count: event.count ?? 0, counted: event.counted ?? 0 };
    return <>{say(event.is_accepted ? "lateAccepted" : "lateRefused", told)}</>;
  }
  if (event.kind === "void_ended") return <>{say(`void_${event.outcome as "refused"}`)}</>;
  return <>{say(`event_${event.kind}` as "event_started")}</>;
}
