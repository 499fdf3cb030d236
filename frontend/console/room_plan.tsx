// The room as it is built: one quiet tile a seat; what needs a person gets colour and a word.
import { computed, signal, useComputed } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { stateOf } from "./away";
import { only, range, toggled } from "./choosing";
import { drawn, startDrawing, wasDrawing } from "./drawing";
import { OVER, ownMinutes, type Place, type SeatFacts } from "./facts";
import { Icon } from "./icons";
import { isTurned } from "./kept";
import { GrantedMark } from "./leaving";
import { type Cell, type Direction, endOfLine, neighbour, shownAt, tracks } from "./plan";
import { chosen, frame, nowMs, opened, seatIds, seatSignal, seats } from "./room_state";
import { needWord, progressWords, say, shortNeedWord, stateWord } from "./words";

interface SeatCell extends Cell {
  sitting: string;
}

const turned = computed(() => isTurned.value === "yes");
const layout = computed(() => {
  const told = frame.value;
  if (!told) return { cells: [] as SeatCell[], others: [] as Place[] };
  const taken = new Set<number>();
  const cells = seatIds.value.flatMap((sitting) => {
    const seat = seatSignal(sitting)?.peek();
    if (!seat) return [];
    taken.add(seat.seat);
    return [{ sitting, ...shownAt(seat, told.room, turned.value) }];
  });
  return { cells, others: told.places.filter((place) => !taken.has(place.number)) };
});
/** The tile that Tab leads to; arrows move it. */
const active = signal<string | null>(null);
const tabStop = computed(() => {
  const { cells } = layout.value;
  if (cells.some((cell) => cell.sitting === active.value)) return active.value;
  const ordered = [...cells].sort((a, b) => a.row - b.row || a.column - b.column);
  return ordered[0]?.sitting ?? null;
});
let anchor = "";

export function RoomPlan() {
  const area = useRef<HTMLDivElement>(null);
  const told = frame.value;
  if (!told) return null;
  const { room, places } = told;
  const columns = tracks(room.columns, places, "column", turned.value);
  const rows = tracks(room.rows, places, "row", turned.value);
  const isDense = columns.filter((track) => track === "place").length > 7 || room.rows > 6;
  const front = <p class="front">{say("frontOfRoom")}</p>;
  return (
    <section
      class={isDense ? "plan-frame is-dense" : "plan-frame"}
      aria-label={say("plan")}
      ref={area}
      onPointerDown={(event) => area.current && startDrawing(event, area.current)}
    >
      {!turned.value && front}
      <div
        class="plan"
        role="listbox"
        tabIndex={-1}
        aria-multiselectable="true"
        aria-label={say("seats")}
        style={{
          gridTemplateColumns: columns
            .map((track) => (track === "place" ? "minmax(0, 1fr)" : "20px"))
            .join(" "),
          gridTemplateRows: rows
            .map((track) => (track === "place" ? "minmax(var(--tile-least), 1fr)" : "14px"))
            .join(" "),
        }}
      >
        {layout.value.cells.map((cell) => (
          <Tile key={cell.sitting} {...cell} />
        ))}
        {layout.value.others.map((place) => (
          <EmptyPlace key={place.number} place={place} />
        ))}
      </div>
      {turned.value && front}
      <Rectangle />
    </section>
  );
}

function EmptyPlace({ place }: { place: Place }) {
  const told = frame.value;
  if (!told) return null;
  const at = shownAt(place, told.room, turned.value);
  return (
    <div
      class={place.is_usable ? "place" : "place is-broken"}
      style={{ gridRow: at.row, gridColumn: at.column }}
      role="presentation"
    >
      {place.number} <small>{say(place.is_usable ? "emptySeat" : "brokenSeat")}</small>
    </div>
  );
}

function Rectangle() {
  const box = drawn.value;
  if (!box) return null;
  const { left, top, right, bottom } = box;
  return <div class="drawn" style={{ left, top, width: right - left, height: bottom - top }} />;
}

function Tile({ sitting, row, column }: SeatCell) {
  const tile = useRef<HTMLDivElement>(null);
  const known = seatSignal(sitting);
  const isChosen = useComputed(() => chosen.value.has(sitting)).value;
  const isOpen = useComputed(() => opened.value === sitting).value;
  const isTabStop = useComputed(() => tabStop.value === sitting).value;
  const left = useComputed(() => {
    const room = frame.value?.room;
    return room && known ? ownMinutes(known.value, room, nowMs.value) : null;
  }).value;
  const needNow = useComputed(() => {
    const found = known?.value.needs.find(
      (need) => need.urgency <= 3 && Date.parse(need.shows_at) <= nowMs.value,
    );
    return found ? found.need : "";
  });
  // What every answer changes is written where it stands; only a change of the rest draws anew.
  const bar = useComputed(() => (known ? barOf(known.value) : ""));
  const progress = useComputed(() =>
    known ? `${say("answered")} ${progressWords(known.value)}` : "",
  );
  const drawnAs = useComputed(() => (known ? drawnBy(known.value) : null)).value;
  const needShown = needNow.value;
  const hasMoved = active.value === sitting;
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (hasMoved && focused?.closest(".plan")) tile.current?.focus();
  }, [hasMoved]);
  if (!known || drawnAs === null) return null;
  const seat = known.peek();
  const urgency = needShown ? seat.needs.find((need) => need.need === needShown)?.urgency : null;
  const classes = ["tile", `is-${seat.status}`];
  if (urgency) classes.push(urgency === 1 ? "is-urgent" : "is-troubled");
  if (isChosen) classes.push("is-chosen");
  if (isOpen) classes.push("is-open");
  return (
    <div
      ref={tile}
      class={classes.join(" ")}
      style={{ gridRow: row, gridColumn: column }}
      role="option"
      tabIndex={isTabStop ? 0 : -1}
      aria-selected={isChosen}
      data-sitting={sitting}
      data-testid={`seat-${seat.seat}`}
      onKeyDown={pressed}
      onClick={(event) => clicked(event, sitting)}
      onDblClick={() => {
        opened.value = sitting;
      }}
    >
      <span class="tile-head">
        <strong>{seat.seat}</strong>
        <span class="tile-name">{seat.name}</span>
        <GrantedMark seat={seat} />
        <span class={seat.connected ? "line-dot is-up" : "line-dot"} title={lineWords(seat)} />
      </span>
      <span class="tile-state">
        <Icon name={needShown || stateOf(seat)} />
        <span class="tile-word">
          {needShown ? shortNeedWord(needShown) : stateWord(stateOf(seat))}
        </span>
        {left !== null && <small class="tile-left">{say("tileLeft", { minutes: left })}</small>}
      </span>
      <span class="hidden">{unseenWords(seat, needShown)}</span>
      <span class="tile-progress" role="img" aria-label={progress} style={bar} />
    </div>
  );
}

function barOf({ answered, total, is_over }: SeatFacts): string {
  const share = total ? (100 * answered) / total : 0;
  return `background-size: ${is_over ? 100 : share}% 100%`;
}

/** All that a tile shows besides its progress and its needs. */
function drawnBy(seat: SeatFacts): string {
  const { name, connected, granted, last_contact_at, needs } = seat;
  const urgencies = needs.map((need) => need.urgency);
  const hasCome = last_contact_at !== null;
  return JSON.stringify([stateOf(seat), seat.status, name, connected, hasCome, granted, urgencies]);
}

function lineWords(seat: SeatFacts): string {
  if (seat.connected) return say("hasLine");
  return seat.last_contact_at === null ? say("neverCame") : say("noLine");
}

/** What a tile shows by shape only, for those who hear it. */
function unseenWords(seat: SeatFacts, need: string): string {
  return [
    need ? `${needWord(need)}${say("comma")}${stateWord(seat.status)}` : "",
    seat.connected ? "" : lineWords(seat),
  ]
    .filter(Boolean)
    .join(say("comma"));
}

function clicked(event: MouseEvent, sitting: string): void {
  if (wasDrawing()) return;
  active.value = sitting;
  (event.currentTarget as HTMLElement).focus();
  const isFinger = (event as PointerEvent).pointerType === "touch";
  if (event.shiftKey) chosen.value = range(inOrder(), anchor, sitting);
  else if (event.ctrlKey || event.metaKey || isFinger)
    chosen.value = toggled(chosen.value, sitting);
  else chosen.value = only(chosen.value, sitting);
  if (!event.shiftKey) anchor = sitting;
}

/** Seats by number: what a range counts along. */
function inOrder(): string[] {
  return [...seats.value].sort((a, b) => a.seat - b.seat).map((seat) => seat.sitting);
}

const ARROWS: Record<string, Direction> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

function pressed(event: KeyboardEvent): void {
  const here = layout.value.cells.find((cell) => cell.sitting === tabStop.value);
  if (!here || !act(event, here)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Do what a key means on the plan; whether it meant anything. */
function act(event: KeyboardEvent, here: SeatCell): boolean {
  const { cells } = layout.value;
  const arrow = ARROWS[event.key];
  if (arrow) return moveTo(neighbour(cells, here, arrow), event.shiftKey);
  if (event.key === "Home" || event.key === "End")
    return moveTo(endOfLine(cells, here, event.key === "End"), event.shiftKey);
  if (event.key === " ") {
    chosen.value = toggled(chosen.value, here.sitting);
    anchor = here.sitting;
    return true;
  }
  if (event.key === "Enter") {
    opened.value = here.sitting;
    return true;
  }
  if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
    chooseAll((seat) => !OVER.includes(seat.status));
    return true;
  }
  return false;
}

function moveTo(cell: SeatCell | null, isChoosing: boolean): boolean {
  if (cell === null) return true;
  if (isChoosing) {
    anchor ||= tabStop.value ?? cell.sitting;
    chosen.value = range(inOrder(), anchor, cell.sitting);
  }
  active.value = cell.sitting;
  return true;
}

export function chooseAll(isMeant: (seat: SeatFacts) => boolean): void {
  chosen.value = new Set(seats.value.filter(isMeant).map((seat) => seat.sitting));
}

/** Lead the eye and the keyboard to a seat. */
export function goTo(sitting: string): void {
  active.value = sitting;
  const tile = document.querySelector<HTMLElement>(`[data-sitting="${CSS.escape(sitting)}"]`);
  tile?.focus();
  tile?.scrollIntoView({ block: "nearest", inline: "nearest" });
}
