// The save line: where the answers are, in plain words, always visible.
import * as state from "./state";
import { say } from "./words";

export interface SaveFacts {
  isUp: boolean;
  wasDown: boolean;
  pending: number;
  isMoved: boolean;
  status: string;
  added: string | null;
}

export type SaveState =
  | "moved"
  | "held"
  | "paused"
  | "lost"
  | "back"
  | "saving"
  | "added"
  | "saved";

/** What the line says; what matters most comes first. */
export function saveState(facts: SaveFacts): SaveState {
  if (facts.isMoved) return "moved";
  if (!facts.isUp) return "lost";
  if (facts.status === "held") return "held";
  if (facts.status === "paused") return "paused";
  if (facts.pending > 0) return facts.wasDown ? "back" : "saving";
  return facts.added ? "added" : "saved";
}

export function SaveLine() {
  const facts = {
    isUp: state.isUp.value,
    wasDown: state.wasDown.value,
    pending: state.pendingCount.value,
    isMoved: state.isMoved.value,
    status: state.sitting.value?.status ?? "",
    added: state.addedMinutes.value,
  };
  const name = saveState(facts);
  const count = facts.pending;
  const words: Record<SaveState, string> = {
    moved: say("movedAway"),
    lost: say("lineLost"),
    held: say("held"),
    paused: say("paused"),
    back: say("sendingKept", { count }),
    saving: say("saving", { count }),
    added: `${say("timeAdded", { minutes: facts.added ?? "" })} · ${say("allSaved")}`,
    saved: say("allSaved"),
  };
  return (
    <p class={`save-line is-${name}`} data-testid="save-line" role="status">
      {words[name]}
    </p>
  );
}
