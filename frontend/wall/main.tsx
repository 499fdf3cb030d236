// The clock on the room's wall: server time, start and end, the rules. Nobody's name.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "./wall.css";
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { Line, type Reply } from "../lib/live";
import { faceOf, leftText, type WallFacts } from "./face";
import { clockText, isChinese, say } from "./words";

const AGAIN_MS = 30_000;

const facts = signal<WallFacts | null>(null);
const refused = signal<string | null>(null);
const downSince = signal<number | null>(null);
const offsetMs = signal(0);
const tickMs = signal(Date.now());
const nowMs = computed(() => tickMs.value + offsetMs.value);

function take(told: WallFacts): void {
  offsetMs.value = Date.parse(told.now) - Date.now();
  facts.value = { ...facts.value, ...told };
}

function connect(examSession: string, room: string): void {
  const line = new Line("/proctoring", {}, room);
  const join = async () => {
    const reply: Reply = await line
      .ask("join_wall", { exam_session: examSession, room })
      .catch(() => ({ ok: false, code: "no_reply" }));
    if (reply.ok) {
      take(reply.wall as WallFacts);
      downSince.value = null;
      refused.value = null;
    } else if (reply.code !== "no_reply") refused.value = reply.message ?? "";
  };
  line.socket.on("connect", () => void join());
  line.socket.on("disconnect", () => {
    downSince.value ??= nowMs.value;
  });
  line.on<WallFacts>("wall_changed", take);
  // The clock is asked for again now and then: a computer's own clock drifts over a long day.
  setInterval(() => line.isUp && void join(), AGAIN_MS);
  setInterval(() => {
    tickMs.value = Date.now();
  }, 250);
}

function Wall() {
  if (refused.value !== null) return <p class="state">{refused.value}</p>;
  const told = facts.value;
  if (!told) return <p class="state">{say("loading")}</p>;
  const face = faceOf(told, nowMs.value);
  return (
    <main class={`wall is-${face.phase}`}>
      <header>
        <h1>{told.room.name}</h1>
        <p>
          {told.exam_session.name} ·{" "}
          {isChinese ? told.exam_session.subject : told.exam_session.subject_en}
        </p>
      </header>
      <p class="clock" role="timer" aria-label={say("serverTime")} data-testid="clock">
        {clockText(nowMs.value, true)}
      </p>
      <p class="state" role="status">
        {say(face.phase)}
      </p>
      <dl class="times">
        <div>
          <dt>{say(face.phase === "before" ? "planned" : "started")}</dt>
          <dd>{clockText(face.startsAt)}</dd>
        </div>
        <div>
          <dt>{say("ends")}</dt>
          <dd data-testid="ends">{face.endsAt ? clockText(face.endsAt) : "—"}</dd>
        </div>
        <div>
          <dt>{say("left")}</dt>
          <dd data-testid="left">
            {face.leftMs === null
              ? say("minutes", { count: told.exam_session.minutes })
              : leftText(face.leftMs)}
          </dd>
        </div>
      </dl>
      <Rules told={told} />
      <div role="alert">
        {downSince.value !== null && (
          <p class="line-lost" data-testid="line-lost">
            ⚠ {say("lineLost", { time: clockText(downSince.value, true) })}
          </p>
        )}
      </div>
      <Tools />
    </main>
  );
}

function Rules({ told }: { told: WallFacts }) {
  const late = told.rules?.late_limit_min ?? null;
  const early = told.rules?.hand_in_after_min ?? 0;
  return (
    <section class="rules" aria-label={say("rules")}>
      <ul>
        <li>{say("ruleQuiet")}</li>
        <li>{say("ruleDevices")}</li>
        {late !== null && <li>{say("ruleLate", { minutes: late })}</li>}
        {early > 0 && <li>{say("ruleEarly", { minutes: early })}</li>}
        <li>{say("ruleSaved")}</li>
      </ul>
    </section>
  );
}

function Tools() {
  const swap = () => {
    const page = document.documentElement;
    const isDark = getComputedStyle(page).colorScheme === "dark";
    page.dataset.theme = isDark ? "light" : "dark";
  };
  return (
    <p class="tools">
      <button type="button" onClick={swap}>
        {say("theme")}
      </button>
      <button type="button" onClick={() => void document.documentElement.requestFullscreen()}>
        {say("fullScreen")}
      </button>
    </p>
  );
}

const root = document.getElementById("wall");
if (root) {
  const { examSession = "", room = "" } = root.dataset;
  connect(examSession, room);
  render(<Wall />, root);
}
