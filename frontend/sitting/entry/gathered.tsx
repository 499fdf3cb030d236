// Which facts this seat reports: said before the start, by name.

import * as state from "../state";
import { say } from "../words";
import type { Key } from "../words.zh";

const WORDS: Record<string, Key> = {
  focus: "gathered_focus",
  fullscreen: "gathered_fullscreen",
  clipboard: "gathered_clipboard",
  line: "gathered_line",
};

export function gatheredWords(groups: readonly string[]): string {
  const words = groups.flatMap((group) => {
    const key = WORDS[group];
    return key ? [say(key)] : [];
  });
  return words.length > 0 ? say("gathered", { what: words.join(say("listComma")) }) : "";
}

export function Gathered() {
  const words = gatheredWords(state.sitting.value?.signals ?? []);
  return words ? (
    <p class="help" data-testid="gathered">
      {words}
    </p>
  ) : null;
}
