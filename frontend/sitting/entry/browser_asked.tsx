// The exam asks for Safe Exam Browser and this is another one: the proctor can let the seat in.

import { isBrowserMissing } from "../safe_browser";
import * as state from "../state";
import { say } from "../words";

export function BrowserAsked() {
  const rule = state.sitting.value?.safe_browser ?? null;
  if (!rule || !isBrowserMissing(rule)) return null;
  const key = rule.outcome === "wrong" ? "browserWrong" : "browserMissing";
  return (
    <p class="notice is-attention" role="status" data-testid="browser-asked">
      ⚠ {say(key)}
    </p>
  );
}

export function QuitBrowser() {
  const address = state.sitting.value?.safe_browser?.quit_url;
  if (!address || !("SafeExamBrowser" in globalThis)) return null;
  return (
    <p class="center">
      <a href={address}>{say("browserQuit")}</a>
    </p>
  );
}
