// What Safe Exam Browser shows of itself to this page; the server judges it, nothing here does.
import type { Line } from "../lib/live";

interface Security {
  configKey?: string;
  browserExamKey?: string;
  updateKeys?: (done: () => void) => void;
}

interface SafeExamBrowser {
  version?: string;
  security?: Security;
}

export interface BrowserRule {
  use: "accepted" | "asked";
  outcome: "right" | "wrong" | "none" | null;
  let_in: boolean;
  quit_url: string | null;
}

export interface Shown {
  config_key: string;
  exam_key: string;
  version: string;
}

const PATIENCE_MS = 3000;

/** Older versions set the keys only when asked to; newer ones have them from the start. */
export async function shownBy(
  browser: SafeExamBrowser | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Shown> {
  const security = browser?.security;
  if (security?.updateKeys) {
    const update = security.updateKeys.bind(security);
    await Promise.race([
      new Promise<void>((done) => update(done)),
      new Promise<void>((done) => setTimeout(done, patienceMs)),
    ]);
  }
  return {
    config_key: security?.configKey ?? "",
    exam_key: security?.browserExamKey ?? "",
    version: browser?.version ?? "",
  };
}

/** Whether a seat may not begin: the browser is asked for, not shown, and nobody let it in. */
export function isBrowserMissing(rule: BrowserRule | null): boolean {
  return rule?.use === "asked" && rule.outcome !== "right" && !rule.let_in;
}

let isTold = false;

/** Show the keys once a page, where the exam session uses them; true when that changed a fact. */
export async function showBrowser(line: Line | null, rule: BrowserRule | null): Promise<boolean> {
  if (!rule || !line || isTold) return false;
  isTold = true;
  const browser = (globalThis as { SafeExamBrowser?: SafeExamBrowser }).SafeExamBrowser;
  const reply = await line.ask("report_browser", await shownBy(browser)).catch(() => null);
  if (!reply?.ok) isTold = false;
  return reply?.ok === true && reply.outcome !== rule.outcome;
}
