// What the server says of a run of practice.
import type { Answer } from "../lib/outbox";
import type { FormItem, FormSection } from "../lib/sealed";

export interface RangeResult {
  area: string;
  name: string;
  n_given: number;
  n_right: number;
  verdict: "weak" | "strong" | "usual" | "few";
}

export interface AdaptiveResult {
  right: number;
  of: number;
  share: number;
  low: number;
  high: number;
  cut: number;
  verdict: "above" | "below" | "open";
  ranges: RangeResult[];
}

export interface PaperResult {
  right: number;
  of: number;
  unanswered: number;
  unmarked: number;
  earned: string;
  full: string;
  ranges: RangeResult[];
}

/** An answered item: what was given, what is right, why, and what of the blueprint it asks. */
export interface Reviewed {
  number: number;
  item: FormItem;
  answer: Answer;
  is_right: boolean | null;
  earned: string | null;
  mark: string | null;
  right: Answer;
  right_words: string;
  explanation: string;
  point: { code: string; name: string };
}

export interface State {
  kind: "adaptive" | "random";
  status: "running" | "over";
  review: "each" | "end" | "never";
  title: string;
  language: string;
  answered: number;
  most: number;
  may_end_earlier: boolean;
  number?: number;
  item?: FormItem;
  sections?: FormSection[];
  items?: FormItem[];
  answers?: Record<string, Answer>;
  seq?: number;
  reviewed?: Reviewed[];
  result?: AdaptiveResult | PaperResult;
}
