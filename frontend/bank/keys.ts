// Single keys of the bank's pages: never while one types, and they can be switched off.
const SWITCH = "exam-single-keys";

export function areOn(): boolean {
  return localStorage.getItem(SWITCH) !== "off";
}

export function switchKeys(on: boolean): void {
  localStorage.setItem(SWITCH, on ? "on" : "off");
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox],[type=radio]), textarea, select"))
  );
}

/** Whether a key press may act as a single key. */
export function isSingleKey(event: KeyboardEvent): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  return isPlain && areOn() && !isTyping(event.target) && !document.querySelector("dialog[open]");
}

/** What can be pressed carries its key: ``data-key="e"``. */
export function pressKey(key: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)];
  const shown = found.find((each) => each.offsetParent !== null);
  shown?.click();
  return shown !== undefined;
}
