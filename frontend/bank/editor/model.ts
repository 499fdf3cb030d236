// An item while it is being edited, and the stored form it is opened from and closed into.
//
// Rows keep a key of their own while they move, so that keys, pairs and translations follow them;
// the stored ids (A, B, C …) are given by place when the item is closed.

import { models } from "types:model";
import { put } from "./closing";

export const OWN = ""; // the item's first language
export type Said = Record<string, string>; // HTML or text by language, OWN first

export interface Row {
  key: string;
  said: Said;
  fixed: boolean;
  right: boolean;
  /** What the option brings or takes away, where it is marked by option. */
  points: string;
}

export interface Blank {
  id: string;
  accepted: string;
}

export interface Area {
  shape: "circle" | "rect" | "poly";
  coords: number[];
}

export interface Body {
  key: string;
  type: string;
  share: string;
  stem: Said;
  rows: Row[];
  left: Row[];
  right: Row[];
  pairs: Record<string, string>; // a left row's key → a right row's key
  reuse: boolean;
  partMarks: boolean;
  /** How a choice is marked. */
  policy: string;
  value: string;
  tolerance: string;
  mode: "absolute" | "relative" | "range";
  unit: Said;
  blanks: Blank[];
  caseSensitive: boolean;
  /** All blanks must be right for any mark. */
  isWhole: boolean;
  /** Blanks whose order is free, as typed: 1 2; 4 5 */
  groups: string;
  picture: string;
  alt: Said;
  width: number;
  height: number;
  areas: Area[];
  parts: Body[];
  /** What only its type knows. */
  own: Json;
}

export interface Edited {
  code: string;
  point: string;
  difficulty: number;
  explanation: string;
  /** In other languages, by tag. */
  explanations: Record<string, string>;
  seenVersion: number;
  body: Body;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any item type; read with care below
export type Json = Record<string, any>;

export interface StoredItem {
  type: string;
  code: string;
  point: string;
  difficulty: number;
  explanation: string;
  explanations?: Record<string, string>;
  seen_version: number;
  content: Json;
  key: Json;
}

export const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const WHOLE = "all_or_nothing";
export const BY_OPTION = "by_option";
/** How the choices of a type may be marked. */
export const POLICIES: Record<string, string[]> = {
  single: [WHOLE, BY_OPTION],
  multiple: [WHOLE, "part_marks", "minus", BY_OPTION],
};

/** The keys of the right rows: those ticked, or those the points make right. */
export function rightRows(body: Body): Set<string> {
  if (body.policy !== BY_OPTION)
    return new Set(body.rows.filter((row) => row.right).map((row) => row.key));
  const worth = (row: Row) => Number(row.points.normalize("NFKC").trim().replace("−", "-")) || 0;
  const most = Math.max(0, ...body.rows.map(worth));
  const isRight = (row: Row) => worth(row) > 0 && (body.type !== "single" || worth(row) === most);
  return new Set(body.rows.filter(isRight).map((row) => row.key));
}

/** Mark a choice another way; `body` is changed in place, what was right stays right. */
export function marked(body: Body, policy: string): void {
  const right = rightRows(body);
  for (const row of body.rows) {
    if (policy === BY_OPTION && body.policy !== BY_OPTION)
      row.points = right.has(row.key) ? "1" : "0";
    row.right = right.has(row.key);
  }
  if (body.type === "single" && policy !== BY_OPTION) {
    const first = body.rows.find((row) => row.right);
    for (const row of body.rows) row.right = row === first;
  }
  body.policy = policy;
}

let made = 0;
export function freshKey(): string {
  made += 1;
  return `r${made}`;
}

export function freshRow(content = "", fixed = false): Row {
  return { key: freshKey(), said: { [OWN]: content }, fixed, right: false, points: "0" };
}

export function emptyBody(type: string): Body {
  const body: Body = {
    key: freshKey(),
    type,
    share: "1",
    stem: {},
    rows: [],
    left: [],
    right: [],
    pairs: {},
    reuse: false,
    partMarks: false,
    policy: WHOLE,
    value: "",
    tolerance: "0",
    mode: "absolute",
    unit: {},
    blanks: [],
    caseSensitive: false,
    isWhole: false,
    groups: "",
    picture: "",
    alt: {},
    width: 0,
    height: 0,
    areas: [],
    parts: [],
    own: {},
  };
  models[type]?.begin?.(body);
  return body;
}

export function rowsOf(count: number): Row[] {
  return Array.from({ length: count }, () => freshRow());
}

/** A stored item, or the few facts of a new one, ready to be edited. */
export function opened(stored: StoredItem): Edited {
  return {
    code: stored.code,
    point: stored.point,
    difficulty: stored.difficulty,
    explanation: stored.explanation,
    explanations: stored.explanations ?? {},
    seenVersion: stored.seen_version,
    body:
      Object.keys(stored.content).length === 0
        ? emptyBody(stored.type)
        : openedBody(stored.type, stored.content, stored.key, translationsOf(stored.content)),
  };
}

function translationsOf(content: Json): Record<string, Json> {
  return (content.translations as Record<string, Json> | undefined) ?? {};
}

function openedBody(
  type: string,
  content: Json,
  key: Json,
  translations: Record<string, Json>,
): Body {
  const rows = openedRows(content.options, "options", translations);
  const correct: string[] = key.correct ?? [];
  (content.options ?? []).forEach((option: Json, place: number) => {
    const row = rows[place];
    if (!row) return;
    row.right = correct.includes(option.id);
    row.points = key.points?.[option.id] ?? "0";
  });
  const left = openedRows(content.left, "left", translations);
  const right = openedRows(content.right, "right", translations);
  const body: Body = {
    ...emptyBody(type),
    share: String(content.mark_share ?? "1"),
    stem: said(content.stem, "stem", translations),
    rows: type === "ordering" ? inOrder(rows, content.options ?? [], key.order ?? []) : rows,
    left,
    right,
    pairs: openedPairs(content, key, left, right),
    reuse: Boolean(content.reuse),
    partMarks: key.policy === "part_marks",
    policy: key.policy ?? WHOLE,
    value: key.value ?? "",
    tolerance: key.tolerance ?? "0",
    mode: key.tolerance_mode ?? "absolute",
    unit: said(content.unit ?? "", "unit", translations),
    blanks: (content.blanks ?? []).map((blank: Json) => ({
      id: blank.id,
      accepted: (key.blanks?.[blank.id] ?? []).join(" | "),
    })),
    caseSensitive: Boolean(key.case_sensitive),
    isWhole: Boolean(key.whole),
    groups: ((key.groups ?? []) as string[][]).map((each) => each.join(" ")).join("; "),
    picture: content.picture ?? "",
    alt: said(content.alt ?? "", "alt", translations),
    width: content.width ?? 0,
    height: content.height ?? 0,
    areas: (key.areas ?? []).map((area: Json) => ({ shape: area.shape, coords: area.coords })),
    parts: (content.parts ?? []).map((part: Json) =>
      openedBody(
        part.type,
        part,
        key.parts?.[part.id] ?? {},
        partTranslations(part.id, translations),
      ),
    ),
  };
  models[type]?.open?.(body, content, key);
  return body;
}

function partTranslations(id: string, translations: Record<string, Json>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(translations).map(([language, texts]) => [
      language,
      (texts.parts ?? []).find((part: Json) => part.id === id) ?? {},
    ]),
  );
}

function said(own: string, name: string, translations: Record<string, Json>): Said {
  const others = Object.entries(translations)
    .filter(([, texts]) => texts[name])
    .map(([language, texts]) => [language, texts[name]]);
  return { [OWN]: own ?? "", ...Object.fromEntries(others) };
}

function openedRows(
  listed: Json[] | undefined,
  name: string,
  translations: Record<string, Json>,
): Row[] {
  return (listed ?? []).map((each) => {
    const row = freshRow(each.content, Boolean(each.fixed));
    for (const [language, texts] of Object.entries(translations)) {
      const theirs = (texts[name] ?? []).find((other: Json) => other.id === each.id);
      if (theirs?.content) row.said[language] = theirs.content;
    }
    return row;
  });
}

/** Rows of an ordering item stand in their right order while they are edited. */
function inOrder(rows: Row[], options: Json[], order: string[]): Row[] {
  const byId = new Map(options.map((option, place) => [option.id as string, rows[place]]));
  const sorted = order.map((id) => byId.get(id)).filter((row): row is Row => row !== undefined);
  return sorted.length === rows.length ? sorted : rows;
}

function openedPairs(content: Json, key: Json, left: Row[], right: Row[]): Record<string, string> {
  const place = (listed: Json[], id: string) => listed.findIndex((each) => each.id === id);
  const pairs: Record<string, string> = {};
  for (const [one, other] of (key.pairs ?? []) as [string, string][]) {
    const from = left[place(content.left ?? [], one)];
    const to = right[place(content.right ?? [], other)];
    if (from && to) pairs[from.key] = to.key;
  }
  return pairs;
}

/** What is posted: the stored form of an edited item. */
export function closed(edited: Edited): StoredItem {
  const { content, key, translations } = closedBody(edited.body);
  const languages = Object.entries(translations).filter(([, said]) => Object.keys(said).length > 0);
  return {
    type: edited.body.type,
    code: edited.code.trim(),
    point: edited.point,
    difficulty: edited.difficulty,
    explanation: edited.explanation.trim(),
    explanations: written(edited.explanations),
    seen_version: edited.seenVersion,
    content: languages.length
      ? { ...content, translations: Object.fromEntries(languages) }
      : content,
    key,
  };
}

export function explanationIn(item: Edited, language: string): string {
  return language === OWN ? item.explanation : (item.explanations?.[language] ?? "");
}

/** Write the explanation in a language; `item` is changed in place. */
export function explain(item: Edited, language: string, text: string): void {
  if (language === OWN) item.explanation = text;
  else item.explanations = { ...item.explanations, [language]: text };
}

function written(said: Record<string, string> = {}): Record<string, string> {
  const trimmed = Object.entries(said).map(([tag, text]) => [tag, text.trim()]);
  return Object.fromEntries(trimmed.filter(([, text]) => text));
}

interface ClosedBody {
  content: Json;
  key: Json;
  translations: Record<string, Json>;
}

export function closedBody(body: Body): ClosedBody {
  const content: Json = { stem: body.stem[OWN] ?? "" };
  const key: Json = {};
  const translations = spoken(body);
  models[body.type]?.close(body, content, key, translations);
  return { content, key, translations };
}

/** The stem in every language but the first. */
function spoken(body: Body): Record<string, Json> {
  const found: Record<string, Json> = {};
  put(found, "stem", body.stem);
  return found;
}

/** “a | b” or “a｜b” as the texts a blank accepts. */
export function acceptedTexts(typed: string): string[] {
  return typed
    .split(/[|｜]/)
    .map((text) => text.trim())
    .filter(Boolean);
}

/** The blanks a stem holds, in their order, each with what it accepts so far. */
export function blanksOf(stem: string, known: Blank[]): Blank[] {
  const ids = [...stem.matchAll(/data-blank="(\w+)"/g)].map((found) => found[1] ?? "");
  return [...new Set(ids)].map(
    (id) => known.find((blank) => blank.id === id) ?? { id, accepted: "" },
  );
}

/** The number of the next blank of a stem. */
export function nextBlank(stem: string): string {
  const used = new Set([...stem.matchAll(/data-blank="(\w+)"/g)].map((found) => found[1]));
  let number = 1;
  while (used.has(String(number))) number += 1;
  return String(number);
}

/** A list with one entry moved by a step; unchanged at its ends. */
export function moved<T>(list: T[], place: number, step: number): T[] {
  const to = place + step;
  const here = list[place];
  const there = list[to];
  if (here === undefined || there === undefined) return list;
  const next = [...list];
  next[place] = there;
  next[to] = here;
  return next;
}
