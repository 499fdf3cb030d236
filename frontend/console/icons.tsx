// Signs of states and needs: shapes that differ without colour. Words always stand beside them.
import type { JSX } from "preact";

const SHAPES: Record<string, JSX.Element> = {
  assigned: <circle cx="8" cy="8" r="5.5" fill="none" stroke-dasharray="2.6 2" />,
  checked_in: (
    <>
      <circle cx="8" cy="8" r="5.5" fill="none" />
      <path d="M8 8V2.5A5.5 5.5 0 0 1 13.5 8Z" fill="currentColor" stroke="none" />
    </>
  ),
  ready: (
    <>
      <circle cx="8" cy="8" r="5.5" fill="none" />
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11Z" fill="currentColor" stroke="none" />
    </>
  ),
  running: <circle cx="8" cy="8" r="5.5" fill="currentColor" stroke="none" />,
  paused: <path d="M5 3v10M11 3v10" stroke-width="3" />,
  held: <path d="M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12" fill="none" />,
  handed_in: <path d="m2.5 8.5 3.5 4 7.5-9" fill="none" stroke-width="2.2" />,
  void: <path d="m3 3 10 10M13 3 3 13" stroke-width="2.2" />,
  called: <path d="M8 14V2m0 0L4 6m4-4 4 4" fill="none" stroke-width="2.2" />,
  not_me: <path d="M8 2v7m0 3.5v.5" stroke-width="2.4" />,
  move_asked: <path d="M2 6h11L9.5 2.5M14 10H3l3.5 3.5" fill="none" />,
  lost: <path d="M2 8h3m6 0h3M6 4l4 8" stroke-width="2" />,
  not_ready: <path d="M8 3v5l3 3M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z" fill="none" />,
  clock_late: <path d="M8 4v4l3 2M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z" fill="none" />,
  break: (
    <path d="M3 6h8v4a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3ZM11 7h1.5a1.5 1.5 0 0 1 0 4H11" fill="none" />
  ),
  out: <path d="M9 2H3v12h6M7 8h7m0 0-3-3m3 3-3 3" fill="none" />,
  granted: <path d="M8 2.5 13.5 8 8 13.5 2.5 8Z" fill="none" stroke-width="2" />,
  break_over: <path d="M8 4v4l3 2M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z" fill="none" />,
  no_browser: <path d="M4 7V5a4 4 0 0 1 8 0v2M3 7h10v7H3Z" fill="none" />,
  slow_clock: <path d="M8 4v4l3 2M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Z" fill="none" />,
  void_asked: <path d="m3 3 10 10M13 3 3 13" stroke-width="2.2" />,
  late_work: <path d="M8 4v4h3M2 8a6 6 0 1 0 2-4.5M2 2v3h3" fill="none" />,
  signals: <path d="M8 7v6M8 3.5v.5" stroke-width="2.2" />,
};

export function Icon({ name }: { name: string }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {SHAPES[name] ?? null}
    </svg>
  );
}
