// Answers in words while they are edited: limits as typed, and the rubric's criteria and levels.
import { type Body, freshKey, type Json } from "./model";

export interface LevelRow {
  key: string;
  points: string;
  words: string;
}

export interface CriterionRow extends LevelRow {
  levels: LevelRow[];
}

export interface WrittenOwn {
  fewest: string;
  most: string;
  lines: string;
  model: string;
  rubric: CriterionRow[];
}

export function freshLevel(points = "", words = ""): LevelRow {
  return { key: freshKey(), points, words };
}

export function freshCriterion(): CriterionRow {
  return { ...freshLevel(), levels: [] };
}

export function writtenOf(body: Body): WrittenOwn {
  return body.own as WrittenOwn;
}

export function openWritten(body: Body, content: Json, key: Json): void {
  const own: WrittenOwn = {
    fewest: content.fewest_characters ? String(content.fewest_characters) : "",
    most: content.most_characters ? String(content.most_characters) : "",
    lines: content.lines ? String(content.lines) : "",
    model: key.model_answer ?? "",
    rubric: ((key.rubric ?? []) as Json[]).map((each) => ({
      ...freshLevel(each.points, each.words),
      levels: ((each.levels ?? []) as Json[]).map((level) => freshLevel(level.points, level.words)),
    })),
  };
  if (own.rubric.length === 0) own.rubric.push(freshCriterion());
  body.own = own;
}

export function closeWritten(body: Body, content: Json, key: Json): void {
  const own = writtenOf(body);
  content.fewest_characters = whole(own.fewest);
  content.most_characters = whole(own.most);
  content.lines = whole(own.lines);
  key.model_answer = own.model.trim();
  key.rubric = own.rubric.map((each, place) => ({
    id: String(place + 1),
    ...closedLevel(each),
    ...(each.levels.length ? { levels: each.levels.map(closedLevel) } : {}),
  }));
}

/** The points of all criteria; `null` while one of them is no number. */
export function pointsTogether(rubric: CriterionRow[]): number | null {
  const points = rubric.map((each) => hundredths(each.points));
  if (points.some((each) => each === null)) return null;
  return points.reduce<number>((sum, each) => sum + (each ?? 0), 0) / 100;
}

function hundredths(typed: string): number | null {
  const plain = typed.normalize("NFKC").trim();
  return /^\d{1,4}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
}

function closedLevel({ points, words }: LevelRow): Json {
  return { words: words.trim(), points: points.normalize("NFKC").trim() };
}

/** A whole number as typed, 0 for none; what is no number goes on as it is and is told. */
function whole(typed: string): number | string {
  const plain = typed.normalize("NFKC").trim();
  return /^\d*$/.test(plain) ? Number(plain) : plain;
}
