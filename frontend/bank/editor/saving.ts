// Checking, keeping on this computer, saving on the server, and what happens when somebody else
// saved meanwhile. Nothing written is ever lost on the way.
import { signal } from "@preact/signals";
import { getJson, getPart, LINE_LOST, postJson } from "../../lib/http";
import { say } from "../words";
import { Drafts, draftName } from "./drafts";
import { closed, type Edited, opened, type StoredItem } from "./model";
import {
  advice,
  differences,
  edited,
  facts,
  generation,
  hasTried,
  isDirty,
  notice,
  problems,
  replace,
  type Sample,
  samples,
  type Twin,
  twins,
} from "./state";

const CHECK_AFTER_MS = 500;
const MINE = ":mine";

export interface Conflict {
  newest: number;
  seen: number;
}

export const isSaving = signal(false);
export const keptAt = signal<number | null>(null);
export const conflict = signal<Conflict | null>(null);
export const conflictChanges = signal<string | null>(null);
/** What a notice offers to undo or bring back. */
export const offer = signal<{ words: string; act: () => void } | null>(null);

let drafts: Drafts;
let checks = 0;
let looks = 0;

/** Begin with what is stored, or with unsaved work found on this computer. */
export function begin(): void {
  const { item, person, bank } = facts.value;
  drafts = new Drafts(localStorage, draftName(person, bank, item.uid ?? `new-${item.type}`));
  edited.value = opened(item);
  hasTried.value = item.uid !== undefined;
  const kept = drafts.read();
  if (kept && !isSame(kept.edited, edited.value)) restore(kept.edited, kept.at);
  else drafts.drop();
  void check();
  void lookForTwins();
}

function isSame(one: Edited, other: Edited): boolean {
  return JSON.stringify(closed(one)) === JSON.stringify(closed(other));
}

function restore(kept: Edited, at: number): void {
  const stored = edited.value;
  replace(kept);
  isDirty.value = true;
  keptAt.value = at;
  notice.value = { kind: "attention", text: say("draftBack", { time: clock(at) }) };
  offer.value = {
    words: say(facts.value.item.uid ? "draftAway" : "draftAwayNew"),
    act: () => {
      replace(stored);
      isDirty.value = false;
      keptAt.value = null;
      drafts.drop();
      notice.value = { kind: "ok", text: say("draftThrown") };
      offer.value = { words: say("draftUndo"), act: () => restore(kept, at) };
    },
  };
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}

/** Keep every change on this computer at once; check it when the keys rest. */
export function watch(): () => void {
  let timer = 0;
  let seen = edited.value;
  return edited.subscribe((now) => {
    if (now === seen) return;
    seen = now;
    if (!isDirty.value) return;
    const at = Date.now();
    if (drafts.keep(now, at)) keptAt.value = at;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      void check();
      void lookForTwins();
    }, CHECK_AFTER_MS);
  });
}

export async function check(): Promise<void> {
  const turn = ++checks;
  const answer = await postJson(facts.value.addresses.check, closed(edited.value));
  if (turn !== checks) return; // a later question is on its way
  if (!answer.ok) return;
  problems.value = answer.problems ?? [];
  differences.value = answer.differences ?? [];
  advice.value = answer.advice ?? [];
  samples.value = (answer.samples ?? []) as Sample[];
}

/** Look for items that are like this one; without an answer the list stays as it was. */
export async function lookForTwins(): Promise<void> {
  const turn = ++looks;
  const { addresses, item } = facts.value;
  const but = item.uid ? `?but=${item.uid}` : "";
  const answer = await postJson(addresses.twins + but, closed(edited.value));
  if (turn === looks && answer.ok) twins.value = answer.twins as Twin[];
}

/** Save as the next version; then on to ``where``, or stay with what is wrong. */
export async function save(after: "back" | "another" = "back"): Promise<void> {
  if (isSaving.value) return;
  isSaving.value = true;
  const sent = closed(edited.value);
  hasTried.value = true;
  const { addresses } = facts.value;
  const stays = after === "another" ? "?stays=1" : "";
  const answer = await postJson(addresses.save + stays, sent);
  isSaving.value = false;
  if (answer.ok) return saved(answer as unknown as Saved, after);
  if (answer.problems) problems.value = answer.problems;
  if (answer.code === "item_changed_meanwhile") return collided();
  const reason = answer.message ?? "";
  const text = answer.code === LINE_LOST ? say("lineLost") : say("notSaved", { reason });
  notice.value = { kind: "danger", text };
  offer.value = null;
}

interface Saved {
  uid: string;
  code: string;
  version: number;
}

function saved({ uid, code, version }: Saved, after: "back" | "another"): void {
  isDirty.value = false;
  keptAt.value = null;
  drafts.drop();
  drafts.drop(MINE);
  const { addresses, item } = facts.value;
  if (after === "back") {
    const address = new URL(addresses.back, location.href);
    address.searchParams.set("item", uid);
    location.assign(address);
    return;
  }
  const { point } = edited.value;
  facts.value = {
    ...facts.value,
    item: { ...item, uid: undefined, content: {}, key: {}, code: "", point, seen_version: 0 },
  };
  edited.value = opened(facts.value.item);
  hasTried.value = false;
  twins.value = [];
  generation.value += 1;
  notice.value = { kind: "ok", text: say("saved", { code, version }) };
  offer.value = null;
  void check();
  queueMicrotask(() => document.querySelector<HTMLElement>("[contenteditable=true]")?.focus());
}

async function collided(): Promise<void> {
  const answer = await getJson(facts.value.addresses.newest);
  if (!answer.ok) {
    notice.value = { kind: "danger", text: say("lineLost") };
    return;
  }
  const newest = answer.item as StoredItem;
  theirs = newest;
  conflict.value = { newest: newest.seen_version, seen: edited.value.seenVersion };
  const { changes } = facts.value.addresses;
  const query = `?from=${edited.value.seenVersion}&to=${newest.seen_version}`;
  conflictChanges.value = await getPart(changes + query);
}

let theirs: StoredItem | null = null;

/** Save mine on top of what somebody else saved: both stay in the history. */
export function saveMine(): void {
  if (!conflict.value) return;
  edited.value = { ...edited.value, seenVersion: conflict.value.newest };
  conflict.value = null;
  void save();
}

/** Open theirs; mine stays on this computer and can be brought back. */
export function openTheirs(): void {
  if (!theirs || !conflict.value) return;
  const mine = edited.value;
  const at = Date.now();
  drafts.keep(mine, at, MINE);
  drafts.drop();
  replace(opened(theirs));
  isDirty.value = false;
  keptAt.value = null;
  const { newest } = conflict.value;
  conflict.value = null;
  notice.value = { kind: "ok", text: say("theirsOpened", { version: newest }) };
  offer.value = {
    words: say("bringMineBack"),
    act: () => restore({ ...mine, seenVersion: newest }, at),
  };
  void check();
}
