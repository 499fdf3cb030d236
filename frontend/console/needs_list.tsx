// The list of what needs a person, the most urgent first; new ones are said once, and may sound.
import { effect, signal, useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { asked } from "./asked";
import type { NeedFacts } from "./facts";
import { Icon } from "./icons";
import { hasSound } from "./kept";
import { LetGo } from "./leaving";
import { ageOf, freshNeeds, keyOf, type NeedOfSeat } from "./needs";
import type { Room } from "./room";
import { goTo } from "./room_plan";
import { chosen, frame, mayAct, nowMs, opened, needs as standing, whyNot } from "./room_state";
import { chime } from "./sound";
import type { Links } from "./top_bar";
import { clockText, needWord, say, signalWords } from "./words";

const LATER_MIN = 5;

/** What has just come up, for those who hear the page. */
export const newlySaid = signal("");

/** Say and sound what comes up, from the first picture on; what stood before is only shown. */
export function watchNeeds(): () => void {
  let known: Set<string> | null = null;
  return effect(() => {
    const now = standing.value;
    const fresh = known === null ? [] : freshNeeds(known, now);
    known = new Set(now.map(keyOf));
    if (fresh.length === 0) return;
    newlySaid.value = fresh.map(sentence).join(say("semicolon"));
    if (hasSound.peek() === "yes" && fresh.some((each) => each.need.urgency <= 2)) chime();
  });
}

function sentence(each: NeedOfSeat): string {
  const seat = say("seatNumber", { seat: each.seat.seat });
  return `${seat} ${each.seat.name}${say("colon")}${wordOf(each)}`;
}

export function NeedsList({ room, links }: { room: Room; links: Links }) {
  const found = standing.value;
  if (found.length === 0) return <p class="quiet">✓ {say("allQuiet")}</p>;
  return (
    <ul class="need-list">
      {found.map((each) => (
        <NeedCard
          key={`${each.seat.sitting} ${each.need.need}`}
          room={room}
          links={links}
          each={each}
        />
      ))}
    </ul>
  );
}

interface CardProps {
  room: Room;
  links: Links;
  each: NeedOfSeat;
}

function NeedCard({ room, links, each }: CardProps) {
  const { seat, need } = each;
  return (
    <li class={`need is-u${need.urgency}`} data-testid={`need-${need.need}-${seat.seat}`}>
      <div class="need-head">
        <button type="button" class="link need-seat" onClick={() => goTo(seat.sitting)}>
          <strong>{seat.seat}</strong> {seat.name}
        </button>
        <Age since={need.since} />
      </div>
      <p class="need-words">
        <Icon name={need.need} /> {wordOf(each)}
        {kindOfCall(each)}
        {need.text ? <q>{need.text}</q> : null}
        {need.counts ? <small>{countWords(need)}</small> : null}
      </p>
      <div class="need-acts">
        <NeedActs room={room} links={links} each={each} />
      </div>
    </li>
  );
}

/** How long it stands already: the one thing of a card that changes by itself. */
function Age({ since }: { since: string }) {
  const words = useComputed(() => {
    const age = ageOf(since, nowMs.value);
    return say(age.unit === "s" ? "seconds" : "minutes", age);
  });
  return (
    <span class="need-age figures" title={clockText(since)}>
      {words}
    </span>
  );
}

/** While the server's time is in doubt nothing given would last: only an operator can help. */
function isHeldByDoubt(need: NeedFacts): boolean {
  return need.need === "held" && (frame.value?.clock.is_doubted ?? false);
}

function wordOf({ need }: NeedOfSeat): string {
  return isHeldByDoubt(need) ? say("heldByDoubt") : needWord(need.need);
}

function kindOfCall({ seat, need }: NeedOfSeat): string {
  return need.need === "called" && seat.asks_for_break ? ` ${say("asksForBreak")}` : "";
}

function countWords(need: NeedFacts): string {
  const counts = need.counts ?? {};
  if (need.need === "late_work") return say("lateEntries", { count: counts.late_work ?? 0 });
  return signalWords(counts);
}

interface ActProps {
  act: () => unknown;
  isMain?: boolean;
  children: ComponentChildren;
}

function Act({ act, isMain, children }: ActProps) {
  if (!mayAct.value) return null;
  return (
    <button
      type="button"
      class={isMain ? "small main-act" : "small"}
      disabled={whyNot.value !== null}
      title={whyNot.value ?? undefined}
      onClick={() => void act()}
    >
      {children}
    </button>
  );
}

function look(sitting: string): void {
  opened.value = sitting;
}

function NeedActs({ room, links, each }: CardProps) {
  const { sitting } = each.seat;
  const kind = each.need.need;
  const putAside = (minutes?: number) =>
    room.settle(
      "mark_seen",
      sitting,
      { need: kind, ...(minutes ? { minutes } : {}) },
      {
        done: `${sentence(each)} · ${say("seen")}`,
        words: say("seen"),
        act: "unmark_seen",
        sittings: null,
        more: { sitting, need: kind },
      },
    );
  const ask = (act: "grant_time" | "report_incident" | "approve_move" | "let_in") => {
    chosen.value = new Set([sitting]);
    asked.value = { act };
  };
  const Look = (
    <button type="button" class="small" onClick={() => look(sitting)}>
      {say("look")}
    </button>
  );
  if (kind === "called")
    return (
      <>
        <Act isMain act={() => room.settle("answer_call", sitting)}>
          {say("answerCall")}
        </Act>
        {each.seat.asks_for_break && <LetGo room={room} seat={each.seat} />}
        {Look}
      </>
    );
  if (kind === "move_asked")
    return (
      <>
        <Act isMain act={() => ask("approve_move")}>
          {say("approve")}
        </Act>
        {Look}
      </>
    );
  if (kind === "held")
    return (
      <>
        {!isHeldByDoubt(each.need) && (
          <Act isMain act={() => ask("grant_time")}>
            {say("giveTime")}
          </Act>
        )}
        {Look}
      </>
    );
  if (kind === "no_browser")
    return (
      <>
        <Act isMain act={() => ask("let_in")}>
          {say("ask_let_in")}
        </Act>
        {Look}
      </>
    );
  if (kind === "late_work" || kind === "void_asked") {
    const address = kind === "late_work" ? links.late_work : links.void;
    return (
      <>
        <a class="button small main-act" href={address.replace("SITTING", sitting)}>
          {say("decide")}
        </a>
        {Look}
      </>
    );
  }
  if (kind === "not_me")
    return (
      <button type="button" class="small main-act" onClick={() => look(sitting)}>
        {say("checkIdentity")}
      </button>
    );
  return (
    <>
      {kind === "signals" ? (
        <Act act={() => ask("report_incident")}>{say("incident")}</Act>
      ) : (
        <button type="button" class="small main-act" onClick={() => look(sitting)}>
          {say("look")}
        </button>
      )}
      <Act act={() => putAside()}>{say("seen")}</Act>
      {kind !== "signals" && <Act act={() => putAside(LATER_MIN)}>{say("later")}</Act>}
      {kind === "signals" && Look}
    </>
  );
}
