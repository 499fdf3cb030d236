// What a seat has told, in plain words with its detail: facts, no verdict.
import type { TimelineEvent } from "./timeline";
import { durationWords, say, signalWord } from "./words";

export interface SignalDetail {
  seconds?: number;
  s_per_min?: number;
  before?: string;
  now?: string;
}

export function signalSentence(event: TimelineEvent): string {
  const what = signalWord(event.signal ?? "other");
  const { seconds, s_per_min, before, now } = event.detail ?? {};
  if (seconds !== undefined)
    return say("signalAfter", { what, time: durationWords(Math.round(seconds)) });
  if (s_per_min !== undefined) return say("signalRate", { what, seconds: s_per_min });
  if (before !== undefined && now !== undefined) return say("signalChange", { what, before, now });
  return what;
}
