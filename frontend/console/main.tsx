// The proctor's console.
import "@fontsource-variable/noto-sans-sc";
import "../lib/tokens.css";
import "./console.css";
import "./plan.css";
import "./side.css";
import "./sheet.css";
import "./away.css";
import "./narrow.css";
import { computed, useSignalEffect } from "@preact/signals";
import { render } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { ActBar } from "./act_bar";
import { asked } from "./asked";
import { AttendanceList, chosenList } from "./attendance";
import { NOBODY } from "./choosing";
import { Help } from "./help";
import { AwayList } from "./leaving";
import { NeedsList, newlySaid, watchNeeds } from "./needs_list";
import { Outcomes } from "./outcomes";
import { Room } from "./room";
import { RoomPlan } from "./room_plan";
import {
  chosen,
  counts,
  downSince,
  frame,
  mayAct,
  needs,
  opened,
  refusedToShow,
} from "./room_state";
import { SeatSheet } from "./seat_sheet";
import { type Links, TopBar } from "./top_bar";
import { clockText, say } from "./words";

const hasStarted = computed(() => (frame.value?.room.started_at ?? null) !== null);
/** Before the start, faces are compared; from then on nobody who needs something is overlooked. */
const shownList = computed(() => {
  const isQuiet = !hasStarted.value && needs.value.length === 0;
  return chosenList.value ?? (isQuiet ? "attendance" : "needs");
});

function Page({ room, links }: { room: Room; links: Links }) {
  const [isHelping, setHelping] = useState(false);
  useEffect(watchNeeds, []);
  useSignalEffect(() => {
    if (hasStarted.value) chosenList.value = null;
  });
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => pressed(event, () => setHelping(true));
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  if (refusedToShow.value !== null)
    return (
      <main class="refused">
        <h1>{say("cannotShow")}</h1>
        <p role="alert">{refusedToShow.value}</p>
        <a href={links.back ?? links.overview ?? "/"}>← {say(links.back ? "back" : "overview")}</a>
      </main>
    );
  if (!frame.value) return <p class="loading">{say("loading")}</p>;
  return (
    <div class={downSince.value === null ? "console" : "console is-down"}>
      <TopBar room={room} links={links} help={() => setHelping(true)} />
      <LineLost />
      <ClockWrong />
      <main class="console-main" id="content">
        {!mayAct.value && <p class="watching">{say("watchingOnly")}</p>}
        <RoomPlan />
        <div class="side">
          <Side room={room} links={links} />
          <Outcomes room={room} />
        </div>
        <SeatSheet room={room} links={links} />
      </main>
      {mayAct.value && <ActBar room={room} />}
      <p class="hidden" role="status" aria-live="polite" data-testid="said">
        {newlySaid.value}
      </p>
      {isHelping && <Help close={() => setHelping(false)} />}
    </div>
  );
}

function LineLost() {
  const since = downSince.value;
  return (
    <div role="alert">
      {since !== null && (
        <p class="line-lost" data-testid="line-lost">
          ⚠ {say("lineLost", { time: clockText(since, true) })}
        </p>
      )}
    </div>
  );
}

/** The clock of the server's computer is wrong: what it means here, and who can put it right. */
function ClockWrong() {
  const clock = frame.value?.clock;
  return (
    <div role="alert">
      {clock?.is_doubted && (
        <p class="line-lost" data-testid="clock-doubted">
          ⚠ {say("clockDoubted")}
        </p>
      )}
      {clock && clock.step_s !== 0 && (
        <p class="line-lost" data-testid="clock-changed">
          ⚠ {say("clockStepped", { seconds: clock.step_s })}
        </p>
      )}
    </div>
  );
}

function Side({ room, links }: { room: Room; links: Links }) {
  const absent = counts.value.absent;
  const shown = shownList.value;
  const count = needs.value.length;
  const tabs = [
    ["needs", count > 0 ? say("needsCount", { count }) : say("needsYou")],
    ["attendance", absent > 0 ? say("attendanceCount", { count: absent }) : say("attendance")],
  ] as const;
  return (
    <section class="side-lists" aria-label={say(shown === "needs" ? "needsYou" : "attendance")}>
      <div class="tabs" role="tablist">
        {tabs.map(([name, words]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            data-testid={`tab-${name}`}
            aria-selected={shown === name}
            aria-controls="side-panel"
            onClick={() => {
              chosenList.value = name;
            }}
          >
            {words}
          </button>
        ))}
      </div>
      <div
        class="side-panel"
        id="side-panel"
        role="tabpanel"
        aria-labelledby={`tab-${shown}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls is reached by Tab
        tabIndex={0}
      >
        <AwayList room={room} />
        {shown === "needs" ? (
          <NeedsList room={room} links={links} />
        ) : (
          <AttendanceList room={room} />
        )}
      </div>
    </section>
  );
}

/** Keys of the whole page: they act only outside of fields. */
function pressed(event: KeyboardEvent, help: () => void): void {
  const at = event.target as Element;
  if (event.defaultPrevented || at.closest("input, textarea, select, dialog")) return;
  if (event.key === "?" && at.closest(".plan")) help();
  if (event.key !== "Escape") return;
  if (asked.value) asked.value = null;
  else if (opened.value !== null) opened.value = null;
  else chosen.value = NOBODY;
}

const root = document.getElementById("console");
if (root) {
  const { examSession = "", room = "", links = "{}" } = root.dataset;
  render(<Page room={new Room(examSession, room)} links={JSON.parse(links) as Links} />, root);
}
