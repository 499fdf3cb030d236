// The room as it is built: one quiet tile a seat; what needs a person gets colour.
import { minutesLeft, type SeatFacts } from "./facts";
import { chosen, needs, nowMs, opened, snapshot } from "./room";
import { say } from "./words";
import type { Key } from "./words.zh";

const ICONS: Record<string, string> = {
  assigned: "○",
  checked_in: "◔",
  ready: "◑",
  running: "●",
  paused: "Ⅱ",
  held: "!",
  handed_in: "✓",
  void: "✕",
};

export function stateWords(status: string): string {
  return say(`state_${status}` as Key);
}

export function Plan() {
  const told = snapshot.value;
  if (!told) return null;
  const troubled = new Set(needs.value.map((need) => need.seat.sitting));
  return (
    <div class="plan-frame">
      <p class="front">{say("frontOfRoom")}</p>
      <div
        class="plan"
        style={{ gridTemplateColumns: `repeat(${told.room.columns}, minmax(0, 1fr))` }}
      >
        {told.seats.map((seat) => (
          <Tile key={seat.sitting} seat={seat} isTroubled={troubled.has(seat.sitting)} />
        ))}
      </div>
    </div>
  );
}

function Tile({ seat, isTroubled }: { seat: SeatFacts; isTroubled: boolean }) {
  const isChosen = chosen.value.has(seat.sitting);
  const left = minutesLeft(seat, nowMs.value);
  const classes = [
    "tile",
    `is-${seat.status}`,
    isTroubled && "is-troubled",
    isChosen && "is-chosen",
  ];
  return (
    <button
      type="button"
      class={classes.filter(Boolean).join(" ")}
      style={{ gridRow: seat.row, gridColumn: seat.column }}
      data-testid={`seat-${seat.seat}`}
      aria-pressed={isChosen}
      onClick={() => choose(seat.sitting)}
      onDblClick={() => {
        opened.value = seat.sitting;
      }}
    >
      <span class="tile-head">
        <strong>{seat.seat}</strong> {seat.name}
        <span
          class={`line-dot ${seat.connected ? "is-up" : ""}`}
          title={seat.connected ? "" : say("noLine")}
        />
      </span>
      <span class="tile-state">
        {ICONS[seat.status]} {stateWords(seat.status)}{" "}
        <small>
          {seat.form} {left === null ? "" : say("minutesLeft", { minutes: left })}
        </small>
      </span>
      <progress max={seat.total || 1} value={seat.answered}>
        {seat.answered}
      </progress>
    </button>
  );
}

export function choose(sitting: string): void {
  const next = new Set(chosen.value);
  if (!next.delete(sitting)) next.add(sitting);
  chosen.value = next;
}
