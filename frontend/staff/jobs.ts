// Job cards that bring themselves up to date, and the count of open jobs in the top bar.

import { startDialogs } from "./dialogs";
import { each } from "./dom";
import { say } from "./words";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
const COUNT_WAIT_MS = 5000;

const isOpen = (card: HTMLElement) => ["queued", "running"].includes(card.dataset.jobStatus ?? "");

function watch(card: HTMLElement, wait = FIRST_WAIT_MS): void {
  if (!isOpen(card) || card.closest("[data-still]")) return; // a sample stands still
  setTimeout(() => void renew(card, wait), wait);
}

async function renew(card: HTMLElement, wait: number): Promise<void> {
  const text = await fetchText(card.dataset.job ?? "");
  if (text === null) {
    tellLost(card);
    watch(card, Math.min(wait * 2, LONGEST_WAIT_MS));
    return;
  }
  const fresh = new DOMParser()
    .parseFromString(text, "text/html")
    .querySelector<HTMLElement>("[data-job]");
  if (!fresh) return;
  if (!isOpen(fresh) && card.dataset.whenDone === "reload") return location.reload();
  put(card, fresh);
  watch(card, Math.min(wait * 1.2, LONGEST_WAIT_MS));
}

/** Change only what differs, so that the status is spoken once and the focus stays. */
function put(card: HTMLElement, fresh: HTMLElement): void {
  card.dataset.jobStatus = fresh.dataset.jobStatus;
  const hasFocus = card.contains(document.activeElement);
  const [status, news] = [".job-line [role=status]", ".bar"].map(
    (part) => [card.querySelector(part), fresh.querySelector(part)] as const,
  );
  if (isOpen(fresh) && status?.[0] && status[1]) {
    if (status[0].textContent !== status[1].textContent) status[0].innerHTML = status[1].innerHTML;
    if (news?.[0] && news[1]) news[0].innerHTML = news[1].innerHTML;
    card.querySelector(".job-lost")?.remove();
    return;
  }
  card.replaceChildren(...fresh.childNodes);
  startDialogs(card);
  if (hasFocus) {
    card.tabIndex = -1;
    card.focus();
  }
}

function tellLost(card: HTMLElement): void {
  if (card.querySelector(".job-lost")) return;
  const words = document.createElement("p");
  words.className = "job-lost state-attention mb-0";
  words.setAttribute("role", "status");
  words.textContent = say("line_lost");
  card.append(words);
}

async function fetchText(address: string): Promise<string | null> {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

function watchCount(link: HTMLElement): void {
  if (link.dataset.jobsOpen === "0") return;
  setTimeout(async () => {
    const text = await fetchText(link.dataset.jobsCount ?? "");
    const open = text === null ? link.dataset.jobsOpen : String(JSON.parse(text).open);
    link.dataset.jobsOpen = open ?? "0";
    link.classList.toggle("jobs-running", open !== "0");
    const number = link.querySelector("[data-jobs-number]");
    if (number) number.textContent = open === "0" ? "" : ` (${open})`;
    watchCount(link);
  }, COUNT_WAIT_MS);
}

export function startJobs(root: ParentNode): void {
  for (const card of each(root, "[data-job]")) watch(card);
  for (const link of each(root, "[data-jobs-open]")) watchCount(link);
}
