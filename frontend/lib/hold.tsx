// A button that must be held for two seconds; with the keyboard it takes two presses.
import { useEffect, useRef, useState } from "preact/hooks";

const HOLD_MS = 2000;
const ARMED_FOR_MS = 6000;

export interface HoldWords {
  idle: string;
  held: string;
  armed: string;
  busy: string;
}

interface HoldProps {
  words: HoldWords;
  act: () => Promise<unknown>;
  disabled?: boolean;
  describedBy?: string;
  testId?: string;
  class?: string;
}

export function HoldButton(props: HoldProps) {
  const [phase, setPhase] = useState<keyof HoldWords>("idle");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = async () => {
    clearTimeout(timer.current);
    setPhase("busy");
    await props.act();
    setPhase("idle");
  };
  const wait = (next: "held" | "armed", ms: number, then: () => void) => {
    clearTimeout(timer.current);
    setPhase(next);
    timer.current = setTimeout(then, ms);
  };
  const press = (event: PointerEvent) => {
    if (event.button === 0) wait("held", HOLD_MS, run);
  };
  const release = () => {
    if (phase !== "held") return;
    clearTimeout(timer.current);
    setPhase("idle");
  };
  const step = () => {
    if (phase === "armed") void run();
    else if (phase === "idle") wait("armed", ARMED_FOR_MS, () => setPhase("idle"));
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) step();
  };
  return (
    <button
      type="button"
      class={`hold is-${phase} ${props.class ?? ""}`}
      data-testid={props.testId}
      aria-describedby={props.describedBy}
      disabled={props.disabled || phase === "busy"}
      onPointerDown={press}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={key}
      onBlur={() => phase === "armed" && setPhase("idle")}
      // A click that no pointer and no key made comes from assistive technology: it steps as keys do.
      onClick={(event) => event.detail === 0 && step()}
    >
      {props.words[phase]}
    </button>
  );
}
