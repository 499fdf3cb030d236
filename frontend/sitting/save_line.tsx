// The save line: where the answers are, in plain words, always visible.

import { useContext } from "preact/hooks";
import { LineDetails } from "./line_details";
import { SeatContext } from "./seat_context";
import * as state from "./state";
import { say } from "./words";

export type SaveState =
  | "moved"
  | "held"
  | "paused"
  | "lost"
  | "slow"
  | "back"
  | "saving"
  | "typing"
  | "told"
  | "saved";

/** What the line says; what matters most comes first. */
export function saveState(facts: state.SaveFacts): SaveState {
  if (facts.isMoved) return "moved";
  if (!facts.isUp) return "lost";
  if (facts.status === "held") return "held";
  if (facts.status === "paused") return "paused";
  if (facts.pending > 0 && facts.isServerSlow) return "slow";
  if (facts.pending > 0) return facts.wasDown ? "back" : "saving";
  if (facts.isTyping) return "typing"; // what is not an answer yet is not said to be saved
  return facts.notice ? "told" : "saved";
}

/** The exact words; what was done to the time stands before what is true of the answers. */
export function saveWords(name: SaveState, facts: state.SaveFacts): string {
  const count = facts.pending;
  const words: Record<SaveState, string> = {
    moved: say("movedAway"),
    lost: lostWords(facts),
    held: say("held"),
    paused: say("paused"),
    slow: say("serverSlow", { count }),
    back: say("sendingKept", { count }),
    saving: say("saving", { count }),
    typing: say("typing"),
    told: say("allSaved"),
    saved: say("allSaved"),
  };
  return words[name];
}

/** "Keep working" only where there is work, "kept on this computer" only where that is true. */
function lostWords(facts: state.SaveFacts): string {
  if (facts.isStoreBroken) return say("lineLostNoStore");
  if (facts.isHandInWaiting) return say("lineLostHandIn");
  return say(
    facts.status === "running" && !facts.isTimeOver && !facts.isBetween
      ? "lineLost"
      : "lineLostWait",
  );
}

/** Not a live region: what is worth hearing is spoken apart, and saving is not. */
export function SaveLine() {
  const facts = state.saveFacts.value;
  const name = saveState(facts);
  const notice = facts.notice;
  const isWaiting = facts.isHandInWaiting && name !== "moved";
  return (
    <div class={`save-line is-${name}`} data-testid="save-line">
      {notice && <span class="notice-of-time">{say(notice.key, { minutes: notice.minutes })}</span>}
      <span>{saveWords(name, facts)}</span>
      {isWaiting && name !== "lost" && <span>{say("handInFollows")}</span>}
      {isWaiting && <TakeBack />}
      <LineDetails isOffered={name === "lost" || name === "slow"} />
      {facts.isStoreBroken && <strong class="no-disk">⚠ {say("storeBroken")}</strong>}
    </div>
  );
}

/** A confirmed hand-in can be taken back until it is sent, from wherever the line stands. */
function TakeBack() {
  const seat = useContext(SeatContext);
  return (
    <button
      type="button"
      class="quiet line-details"
      data-testid="take-back"
      onClick={() => {
        seat?.handIn.cancel();
        state.isHandingIn.value = false;
      }}
    >
      {say("handInTakeBack")}
    </button>
  );
}
