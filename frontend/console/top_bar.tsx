// The top of the console: which room, what time, how many, and the one act that comes next.
import { HoldButton } from "../lib/hold";
import { hasSound, isTurned } from "./kept";
import { type NextAct, nextAct } from "./next_act";
import type { Room } from "./room";
import { counts, frame, incidents, mayAct, nowMs, roomMinutes, whyNot } from "./room_state";
import { clockText, isChinese, say } from "./words";

export interface Links {
  back: string | null;
  record: string;
  wall: string;
  answer_files: string | null;
  overview: string | null;
  photo: string;
  timeline: string;
  late_work: string;
  void: string;
  languages: { name: string; lang: string; url: string }[];
  themes: { words: string; url: string; is_here: boolean }[];
}

export function TopBar({ room, links, help }: { room: Room; links: Links; help: () => void }) {
  const told = frame.value;
  if (!told) return null;
  return (
    <header class="console-bar">
      <nav class="bar-back" aria-label={say("wayBack")}>
        {links.back && <a href={links.back}>← {say("back")}</a>}
        {links.overview && <a href={links.overview}>← {say("overview")}</a>}
      </nav>
      <div class="bar-room">
        <h1>{told.room.name}</h1>
        <span class="soft">
          {told.exam_session.name} ·{" "}
          {isChinese ? told.exam_session.subject : told.exam_session.subject_en}
        </span>
      </div>
      <div class="bar-clock figures" role="timer" aria-label={say("serverTime")}>
        {clockText(nowMs.value, true)}
      </div>
      <Counts record={links.record} />
      <NextActSlot room={room} record={links.record} />
      <Tools links={links} help={help} />
    </header>
  );
}

const COUNTS = ["due", "present", "working", "paused", "handedIn", "absent"] as const;

function Counts({ record }: { record: string }) {
  const told = counts.value;
  const shown = COUNTS.filter((name) => name !== "paused" || told.paused > 0);
  return (
    <div class="bar-counts figures">
      <dl>
        {shown.map((name) => (
          <div key={name}>
            <dt>{say(name)}</dt>
            <dd data-testid={`count-${name}`}>{told[name]}</dd>
          </div>
        ))}
      </dl>
      <a href={record}>
        {say("incidents")} <strong data-testid="count-incidents">{incidents.value.length}</strong>
      </a>
    </div>
  );
}

function NextActSlot({ room, record }: { room: Room; record: string }) {
  const told = frame.value;
  if (!told) return null;
  const next = nextAct(told.exam_session, told.room, counts.value, nowMs.value);
  return (
    <div class="bar-next" data-testid="next-act" data-next={next.kind}>
      {mayAct.value || next.kind === "record" ? (
        <NextActButton room={room} next={next} record={record} />
      ) : (
        <NextInWords next={next} />
      )}
    </div>
  );
}

/** What comes next, for those who only look. */
function NextInWords({ next }: { next: NextAct }) {
  if (next.kind === "start") return <span>{startNote(next)}</span>;
  if (next.kind === "resume") return <strong>{say("roomPaused")}</strong>;
  if (next.kind === "close") return <span>{say("allHandedIn")}</span>;
  if (next.kind === "decideHeld") return <strong>{say("decideHeld", { count: next.held })}</strong>;
  if (next.kind === "waitForPapers") return <strong>{say("waitForPapers")}</strong>;
  return <TimeLeft />;
}

function TimeLeft() {
  return (
    <span>
      {say("inProgress")}
      <strong class="figures"> {say("minutesLeft", { minutes: roomMinutes.value ?? 0 })}</strong>
    </span>
  );
}

function NextActButton({ room, next, record }: { room: Room; next: NextAct; record: string }) {
  const isOff = whyNot.value !== null;
  switch (next.kind) {
    case "record":
      return (
        <a class="main-act button" href={record} data-testid="record">
          {say("openRecord")}
        </a>
      );
    case "start":
      return (
        <>
          <HoldButton
            testId="start"
            class="main-act"
            describedBy="next-note"
            disabled={isOff}
            words={{
              idle: say("hold"),
              held: say("holding"),
              armed: say("holdAgain"),
              busy: say("starting"),
            }}
            act={() => room.act("start_room", null, {}, say("started"))}
          />
          <small id="next-note">{startNote(next)}</small>
        </>
      );
    case "close":
      return (
        <HoldButton
          testId="close"
          class="main-act"
          disabled={isOff}
          words={{
            idle: say("holdToClose"),
            held: say("holdingToClose"),
            armed: say("closeAgain"),
            busy: say("closing"),
          }}
          act={() => room.act("close_room", null, {}, say("closedNow"))}
        />
      );
    case "resume":
      return (
        <button
          type="button"
          class="main-act"
          disabled={isOff}
          onClick={() => void room.act("resume_sitting", null, {}, say("resume"))}
        >
          {say("resumeRoom")}
        </button>
      );
    case "decideHeld":
      return <strong class="attention">{say("decideHeld", { count: next.held })}</strong>;
    case "waitForPapers":
      return <strong>{say("waitForPapers")}</strong>;
    default:
      return <TimeLeft />;
  }
}

function startNote(next: Extract<NextAct, { kind: "start" }>): string {
  const planned = frame.value?.exam_session.planned_start;
  const ready = say("readyOf", { ready: next.ready, due: next.due });
  if (!next.isEarly || !planned) return ready;
  return `${ready} · ${say("plannedAt", { time: clockText(planned) })}`;
}

function Tools({ links, help }: { links: Links; help: () => void }) {
  const turned = isTurned.value === "yes";
  const sounds = hasSound.value === "yes";
  return (
    <div class="bar-tools">
      <button
        type="button"
        class="tool"
        aria-pressed={turned}
        onClick={() => {
          isTurned.value = turned ? "no" : "yes";
        }}
      >
        ⟲ {say("turn")}
      </button>
      <button
        type="button"
        class="tool"
        aria-pressed={sounds}
        data-testid="sound"
        onClick={() => {
          hasSound.value = sounds ? "no" : "yes";
        }}
      >
        {sounds ? "♪" : "♪̸"} {say(sounds ? "soundOn" : "soundOff")}
      </button>
      <details class="more">
        <summary class="tool">⋯ {say("more")}</summary>
        <ul>
          <li>
            <a href={links.wall} target="_blank" rel="noopener">
              {say("wall")} ↗
            </a>
          </li>
          <li>
            <a href={links.record}>{say("openRecord")}</a>
          </li>
          {links.answer_files && (
            <li>
              <a href={links.answer_files}>{say("answerFiles")}</a>
            </li>
          )}
          <li>
            <button type="button" class="link" onClick={help}>
              {say("help")} (?)
            </button>
          </li>
          {links.languages.map((each) => (
            <li key={each.url}>
              <a href={each.url} lang={each.lang}>
                {each.name}
              </a>
            </li>
          ))}
          {links.themes.map((each) => (
            <li key={each.url}>
              <a href={each.url} aria-current={each.is_here ? "true" : undefined}>
                {each.words}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
