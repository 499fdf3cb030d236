// What is looked at on a seat's computer, and how each finding is judged. Nothing here knows a page.

export type Looked = "browser" | "storage" | "line" | "secure" | "clock" | "screen" | "fonts";
export type State = "ok" | "attention" | "danger";

export const LOOKED_AT: readonly Looked[] = [
  "browser",
  "storage",
  "line",
  "secure",
  "clock",
  "screen",
  "fonts",
];

export interface Found {
  state: State;
  /** What to show beside it: a version, a size, seconds. */
  detail: string;
}

const OLDEST: readonly [RegExp, string, number][] = [
  [/Edg\/(\d+)/, "Edge", 90],
  [/Firefox\/(\d+)/, "Firefox", 90],
  [/Chrom(?:e|ium)\/(\d+)/, "Chrome", 90],
  [/Version\/(\d+).*Safari/, "Safari", 15],
];
const SMALLEST = { width: 1024, height: 700 };
const INTENDED = { width: 1280, height: 720 };
const CLOCK_OFF_MS = 60_000;

/** The browser's name and version: what the paper was built for, or older, or unknown. */
export function browserFound(agent: string): Found {
  for (const [pattern, name, oldest] of OLDEST) {
    const version = Number(pattern.exec(agent)?.[1]);
    if (version)
      return { state: version >= oldest ? "ok" : "danger", detail: `${name} ${version}` };
  }
  return { state: "attention", detail: agent.slice(0, 60) };
}

export function screenFound(width: number, height: number): Found {
  const detail = `${width}x${height}`;
  if (width < SMALLEST.width || height < SMALLEST.height) return { state: "danger", detail };
  const isIntended = width >= INTENDED.width && height >= INTENDED.height;
  return { state: isIntended ? "ok" : "attention", detail };
}

/** A clock that is off harms nothing, for seats show the server's; it hints at an ill computer. */
export function clockFound(offsetMs: number | null): Found {
  if (offsetMs === null) return { state: "danger", detail: "" };
  const isOff = Math.abs(offsetMs) > CLOCK_OFF_MS;
  return {
    state: isOff ? "attention" : "ok",
    detail: `${(Math.round(offsetMs / 100) / 10 || 0).toFixed(1)} s`,
  };
}

/** Of a request and its answer: how far this computer's clock stands behind the server's. */
export function offsetOf(sentMs: number, answeredMs: number, serverMs: number): number {
  return Math.round(serverMs - (sentMs + answeredMs) / 2);
}

export function lineFound(hasWebsocket: boolean, hasPolling: boolean): Found {
  if (hasWebsocket) return { state: "ok", detail: "WebSocket" };
  return { state: hasPolling ? "attention" : "danger", detail: hasPolling ? "HTTP" : "" };
}
