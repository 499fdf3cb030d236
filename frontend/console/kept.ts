// Choices kept on this computer: which way the room is turned, whether new needs make a sound.
import { effect, type Signal, signal } from "@preact/signals";

function kept(name: string, byDefault: string): Signal<string> {
  const at = `console.${name}`;
  const value = signal(read(at) ?? byDefault);
  effect(() => write(at, value.value));
  return value;
}

/** A browser may forbid keeping anything; the choice then lasts as long as the page. */
function read(at: string): string | null {
  try {
    return localStorage.getItem(at);
  } catch {
    return null;
  }
}

function write(at: string, value: string): void {
  try {
    localStorage.setItem(at, value);
  } catch {
    // the choice lasts as long as the page
  }
}

export const isTurned = kept("turned", "no");
export const hasSound = kept("sound", "no");
export const messageLanguage = kept("message-language", "both");
