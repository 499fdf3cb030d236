// One seat in full: who sits there, what happened when, acts and notes. Never an answer's content.
import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type ActName, asked } from "./asked";
import { withdrawal } from "./asking";
import { compareAt, roundAt } from "./attendance";
import { endOf, standsStill, stateOf } from "./away";
import { isAbsent, minutesLeft, type SeatFacts, uncheckedAfter } from "./facts";
import { Icon } from "./icons";
import { GrantedWords, LeavingActs } from "./leaving";
import { needsNow } from "./needs";
import type { Room } from "./room";
import { goTo } from "./room_plan";
import { chosen, frame, nowMs, opened, seatSignal, seats, whyNot } from "./room_state";
import type { SeatDetails } from "./timeline";
import { TimelineList, TimelineStrip } from "./timeline_view";
import type { Links } from "./top_bar";
import { clockText, needWord, progressWords, say, stateWord } from "./words";

const ASK_AGAIN_MS = 2000;

const details = signal<{ sitting: string; told: SeatDetails } | null>(null);

/** Ask for the open seat's story, and again (not too often) while it changes. */
function useStory(room: Room, sitting: string): SeatDetails | null {
  useEffect(() => {
    let isOver = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let turn = 0;
    const fetchStory = async () => {
      const mine = ++turn;
      const reply = await room.ask("fetch_seat", { sitting });
      const isNewest = mine === turn; // an older reply may come later
      if (!isOver && isNewest && reply.ok)
        details.value = { sitting, told: reply.seat as SeatDetails };
    };
    const known = seatSignal(sitting);
    void fetchStory();
    const stop = known?.subscribe(() => {
      waiting ??= setTimeout(() => {
        waiting = undefined;
        void fetchStory();
      }, ASK_AGAIN_MS);
    });
    return () => {
      isOver = true;
      clearTimeout(waiting);
      stop?.();
    };
  }, [room, sitting]);
  const kept = details.value;
  return kept && kept.sitting === sitting ? kept.told : null;
}

export function SeatSheet({ room, links }: { room: Room; links: Links }) {
  const sitting = opened.value;
  const seat = sitting === null ? undefined : seatSignal(sitting)?.value;
  if (!sitting || !seat) return null;
  return <Sheet key={sitting} room={room} seat={seat} links={links} />;
}

function Sheet({ room, seat, links }: { room: Room; seat: SeatFacts; links: Links }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const story = useStory(room, seat.sitting);
  useLayoutEffect(() => heading.current?.focus(), []);
  useSignalEffect(() => {
    if (asked.value) heading.current?.closest("aside")?.classList.add("is-behind");
    else heading.current?.closest("aside")?.classList.remove("is-behind");
  });
  const close = () => {
    opened.value = null;
    roundAt.value = null;
    goTo(seat.sitting);
  };
  return (
    <aside
      class="seat-sheet"
      aria-labelledby="sheet-title"
      data-testid="seat-sheet"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <header>
        <h2 id="sheet-title" tabIndex={-1} ref={heading}>
          <span class="sheet-seat figures">{seat.seat}</span> {seat.name}
        </h2>
        <button type="button" class="link" aria-label={say("close")} onClick={close}>
          ✕
        </button>
      </header>
      <p class="sheet-state">
        <Icon name={stateOf(seat)} /> {stateWord(stateOf(seat))}
        {needsNow([seat], nowMs.value).map(({ need }) => (
          <span key={need.need} class={`badge is-u${need.urgency}`}>
            {needWord(need.need)}
          </span>
        ))}
      </p>
      <Identity room={room} seat={seat} story={story} photo={links.photo} />
      <GrantedWords seat={seat} />
      <Facts seat={seat} story={story} />
      {whyNot.value === null && <SheetActs seat={seat} />}
      <LeavingActs room={room} seat={seat} />
      <SheetPages seat={seat} story={story} links={links} />
      <h3>{say("timeline")}</h3>
      {story && <TimelineStrip seat={seat} details={story} />}
      {whyNot.value === null && <NoteForm room={room} sitting={seat.sitting} />}
      {story ? <TimelineList details={story} /> : <p class="soft">…</p>}
    </aside>
  );
}

interface IdentityProps {
  room: Room;
  seat: SeatFacts;
  story: SeatDetails | null;
  photo: string;
}

/** Photo and document number beside each other, as the proctor compares face and card. */
function Identity({ room, seat, story, photo }: IdentityProps) {
  const [isPhotoThere, setPhotoThere] = useState(false);
  const mark = (value: string | null) =>
    room.settle("mark_attendance", seat.sitting, { mark: value }, unmarkOf(seat, value));
  const isSeen = story !== null && (isPhotoThere || !story.photo);
  return (
    <div class="identity">
      {story?.photo ? (
        <img
          src={photo.replace("SITTING", seat.sitting)}
          alt={say("photoOf", { name: seat.name })}
          onLoad={() => setPhotoThere(true)}
          onError={() => setPhotoThere(true)}
        />
      ) : (
        <span class="no-photo">{say("noPhoto")}</span>
      )}
      <div>
        <p class="figures id-number">{story?.candidate.id_number_masked ?? "…"}</p>
        <p>
          {say("ticket")} <span class="figures">{seat.ticket}</span>
        </p>
        <p data-testid="attendance">
          {seat.attendance === null
            ? say(isAbsent(seat) ? "notSeen" : "notChecked")
            : say(`mark_${seat.attendance as "checked"}`)}
        </p>
        {whyNot.value === null && (
          <p class="identity-acts">
            {seat.attendance !== "checked" && (
              <Match seat={seat} isSeen={isSeen} mark={() => mark("checked")} />
            )}
            {seat.attendance !== "doubtful" && (
              <button type="button" class="small" onClick={() => void mark("doubtful")}>
                ? {say("markDoubtful")}
              </button>
            )}
            {isAbsent(seat) && (
              <button type="button" class="small" onClick={() => void mark("present")}>
                {say("markPresent")}
              </button>
            )}
            {seat.attendance !== null && (
              <button type="button" class="small" onClick={() => void mark(null)}>
                ↶ {say("unmark")}
              </button>
            )}
          </p>
        )}
      </div>
    </div>
  );
}

/** What puts back the mark that a seat had before. */
function unmarkOf(seat: SeatFacts, value: string | null) {
  const what = say(value === null ? "notChecked" : `mark_${value as "checked"}`);
  const more = { sitting: seat.sitting, mark: seat.attendance };
  const done = `${say("seatNumber", { seat: seat.seat })} ${seat.name}${say("colon")}${what}`;
  return { done, words: say("attendance"), act: "mark_attendance", sittings: null, more };
}

interface MatchProps {
  seat: SeatFacts;
  isSeen: boolean;
  mark: () => Promise<boolean>;
}

/** Face and document match; on a round the next seat opens, and Enter goes on from there. */
function Match({ seat, isSeen, mark }: MatchProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isRound = roundAt.value === seat.sitting;
  const following = isRound ? uncheckedAfter(seats.value, seat) : undefined;
  useLayoutEffect(() => {
    // Not before the photo is there: nobody confirms a face unseen by pressing Enter ahead.
    if (isRound && isSeen) button.current?.focus();
  }, [isRound, isSeen]);
  const close = () => {
    opened.value = null;
    roundAt.value = null;
  };
  const match = async () => {
    if (!(await mark()) || !isRound) return;
    if (following) compareAt(following.sitting);
    else close();
  };
  return (
    <button
      ref={button}
      type="button"
      class={isRound ? "main-act" : "small"}
      data-testid="checked"
      onClick={() => void match()}
    >
      ✓ {following ? say("markCheckedNext", { seat: following.seat }) : say("markChecked")}
    </button>
  );
}

function Facts({ seat, story }: { seat: SeatFacts; story: SeatDetails | null }) {
  const clock = { ...seat, ends_at: endOf(seat) };
  const left = minutesLeft(clock, standsStill(seat, nowMs.value), nowMs.value);
  const rows: [string, string | null][] = [
    [say("browser"), browserWord(seat)],
    [say("form"), seat.form || null],
    [say("answered"), progressWords(seat)],
    [say("endsAt"), seat.ends_at ? clockText(seat.ends_at) : null],
    [say("timeLeft"), left === null ? null : say("minutes", { count: left })],
    [say("lastContact"), seat.last_contact_at ? clockText(seat.last_contact_at) : say("never")],
    [say("computer"), computer(story)],
    [say("lostMinutes"), seat.lost_minutes ? say("minutes", { count: seat.lost_minutes }) : null],
    [say("unread"), seat.unread.length ? String(seat.unread.length) : null],
    [say("planned"), frame.value ? clockText(frame.value.exam_session.planned_start) : null],
  ];
  return (
    <dl class="sheet-facts figures">
      {rows
        .filter(([, value]) => value !== null)
        .map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What was found of Safe Exam Browser; nothing where the exam session does not use it. */
function browserWord(seat: SeatFacts): string | null {
  if (!seat.safe_browser) return null;
  const found = say(`browser_${(seat.safe_browser.outcome ?? "none") as "none"}`);
  return seat.safe_browser.let_in ? `${found}${say("comma")}${say("browser_let_in")}` : found;
}

function computer(story: SeatDetails | null): string | null {
  if (!story?.address) return null;
  return story.lease_number > 1
    ? say("computerMoved", { address: story.address, moves: story.lease_number - 1 })
    : story.address;
}

/** The seat's own pages: its whole timeline, its late work, making it void. */
function SheetPages({
  seat,
  story,
  links,
}: Omit<IdentityProps, "room" | "photo"> & { links: Links }) {
  const late = story?.late_entries ?? 0;
  const to = (address: string) => address.replace("SITTING", seat.sitting);
  return (
    <p class="sheet-pages">
      <a href={to(links.timeline)}>{say("wholeTimeline")}</a>
      <a href={to(links.late_work)}>
        {late > 0 ? say("lateEntries", { count: late }) : say("lateWork")}
      </a>
      <a href={to(links.void)}>{say("makeVoid")}</a>
    </p>
  );
}

function SheetActs({ seat }: { seat: SeatFacts }) {
  const ask = (act: ActName) => {
    chosen.value = new Set([seat.sitting]);
    asked.value = { act };
  };
  const acts: [ActName, boolean][] = [
    ["grant_time", true],
    ["grant_lost_time", seat.lost_minutes > 0],
    ["send_message", true],
    ["pause_sitting", seat.status === "running"],
    ["report_incident", true],
    ["force_hand_in", ["running", "paused", "held"].includes(seat.status)],
  ];
  return (
    <p class="sheet-acts">
      {acts
        .filter(([, isPossible]) => isPossible)
        .map(([act]) => (
          <button
            key={act}
            type="button"
            class={act === "force_hand_in" ? "small danger" : "small"}
            onClick={() => ask(act)}
          >
            {say(`ask_${act}`)}
          </button>
        ))}
    </p>
  );
}

function NoteForm({ room, sitting }: { room: Room; sitting: string }) {
  const field = useRef<HTMLInputElement>(null);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const note = field.current?.value.trim();
    if (!note) return;
    const more = { category: "note", note };
    const isDone = await room.act("report_incident", [sitting], more, say("keepNote"), withdrawal);
    if (isDone && field.current) field.current.value = "";
  };
  return (
    <form class="note-form" onSubmit={(event) => void save(event)}>
      <input ref={field} maxLength={500} aria-label={say("newNote")} placeholder={say("newNote")} />
      <button type="submit" class="small">
        {say("keepNote")}
      </button>
    </form>
  );
}
