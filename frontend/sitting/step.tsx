// The frame of every step outside the paper: product and centre, the clock, how it all looks.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "../lib/icon";
import { Display } from "./display";
import { SaveLine } from "./save_line";
import * as state from "./state";
import * as time from "./time";
import { clockText, say } from "./words";

/** Where the time is in doubt, none is shown. */
export const NO_TIME = "–:––";

interface StepProps {
  title: string;
  children: ComponentChildren;
  testId?: string;
  /** A sign of the text, or one of our own. */
  icon?: string | { name: IconName };
  /** Whether answers may be on their way: then the save line stands here too. */
  hasSaveLine?: boolean;
  isWide?: boolean;
}

export function Step({ title, children, testId, icon, hasSaveLine, isWide }: StepProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // A new step is told by moving to its heading; at sign-in the first field is where one begins.
  useLayoutEffect(() => {
    if (testId !== "step-sign-in") heading.current?.focus();
    scrollTo(0, 0);
  }, [testId]);
  return (
    <div class="step">
      <header class="step-bar">
        <p class="who">
          <strong>{say("product")}</strong>
          <span>{centre()}</span>
        </p>
        <WallClock />
        <Display />
      </header>
      <main class={`card-page ${isWide ? "is-wide" : ""}`} data-testid={testId}>
        <h1 tabIndex={-1} ref={heading}>
          {icon && (
            <span class="step-icon" aria-hidden="true">
              {typeof icon === "string" ? icon : <Icon name={icon.name} />}
            </span>
          )}
          {title}
        </h1>
        {children}
      </main>
      {hasSaveLine && (
        <footer class="step-foot">
          <SaveLine />
        </footer>
      )}
    </div>
  );
}

function centre(): string {
  const told = state.sitting.value;
  if (told) return `${told.organization} · ${told.candidate.site}`;
  return document.getElementById("sitting")?.dataset.centre ?? "";
}

function WallClock() {
  return (
    <p class="wall-clock">
      <span class="clock-label">{say("wallClock")}</span>
      <span class="figures" aria-hidden="true" data-testid="wall-clock">
        {time.isSure.value ? clockText(time.nowSecond.value) : NO_TIME}
      </span>
    </p>
  );
}
