// Starting takes a two-second hold; with the keyboard two presses.
import { useRef, useState } from "preact/hooks";
import type { Room } from "./room";
import { say } from "./words";

const HOLD_MS = 2000;

export function StartButton({ room }: { room: Room }) {
  const [phase, setPhase] = useState<"idle" | "armed" | "held" | "starting">("idle");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const start = async () => {
    setPhase("starting");
    await room.act("start_room", null);
    setPhase("idle");
  };
  const press = () => {
    setPhase("held");
    timer.current = setTimeout(start, HOLD_MS);
  };
  const release = () => {
    clearTimeout(timer.current);
    setPhase((now) => (now === "held" ? "idle" : now));
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.repeat) return;
    event.preventDefault();
    if (phase === "armed") void start();
    else setPhase("armed");
  };
  const words = { idle: "hold", held: "hold", armed: "holdAgain", starting: "starting" } as const;
  return (
    <button
      type="button"
      class={`main-act start is-${phase}`}
      data-testid="start"
      disabled={phase === "starting"}
      onPointerDown={press}
      onPointerUp={release}
      onPointerLeave={release}
      onKeyDown={key}
      onBlur={() => setPhase("idle")}
    >
      {say(words[phase])}
    </button>
  );
}
