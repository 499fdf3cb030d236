// What the page's JSON blocks hold.

export type Words = Record<string, string>;

export type ItemPoint = {
  id: string;
  code: string;
  type: string;
  p: number | null;
  r: number | null;
  kind: "" | "neutral" | "attention" | "danger";
  flags: string[];
};

export type ModelFacts = {
  grid: number[];
  persons: { edges: number[]; counts: number[] };
  items: { code: string; difficulty: number; fits: boolean }[];
  forms: { form: string; information: number[]; cut: number | null }[];
};

export type ItemCurve = {
  grid: number[];
  curve: number[];
  points: { ability: number; share: number; n: number }[];
};

export type PageFacts = {
  cut: number;
  sem: number | null;
  bins: { edges: number[]; counts: Record<string, number[]> };
  forms: { form: string; items: ItemPoint[] }[];
  address: string;
  model: ModelFacts | null;
  words: Words;
};

export type Curve = { name: string; is_key: boolean; values: (number | null)[] };

export type ItemFacts = {
  groups: string[];
  curve: ItemCurve | null;
  plots: { part: string; curves: Curve[] }[];
  words: Words;
};

export function read<Facts>(root: ParentNode, selector: string): Facts | null {
  const block = root.querySelector(selector);
  return block ? (JSON.parse(block.textContent ?? "null") as Facts) : null;
}

export function formName(words: Words, form: string): string {
  return (words.form ?? "{form}").replace("{form}", form);
}
