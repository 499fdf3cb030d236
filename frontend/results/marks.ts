// What an examiner types, read as the server reads it: a mark, absent, void, or nothing.

export type Reading =
  | { kind: "mark" | "absent" | "void"; shown: string }
  | { kind: "empty"; shown: "" }
  | { kind: "wrong"; code: string };

const ABSENT = ["缺考", "缺", "q", "a", "absent"];
const VOID = ["作废", "无效", "z", "v", "void"];
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Half width, a point before decimals: a comma counts as one, unless three digits follow. */
export function plain(text: string): string {
  const half = text.normalize("NFKC").trim().toLowerCase().replaceAll("。", ".");
  return half.replace(/(?<=\d),(?=\d{1,2}$)/, ".");
}

export function readMark(text: string, words: { absent: string; void: string }): Reading {
  const typed = plain(text);
  if (typed === "") return { kind: "empty", shown: "" };
  if (ABSENT.includes(typed) || typed === words.absent.toLowerCase())
    return { kind: "absent", shown: words.absent };
  if (VOID.includes(typed) || typed === words.void.toLowerCase())
    return { kind: "void", shown: words.void };
  if (!NUMBER.test(typed)) return { kind: "wrong", code: "mark_not_a_number" };
  const mark = Number(typed);
  if (mark < 0 || mark > 100) return { kind: "wrong", code: "mark_out_of_range" };
  const [whole = "", decimals = ""] = typed.replace("+", "").split(".");
  const kept = decimals.replace(/0+$/, "");
  if (kept.length > 2) return { kind: "wrong", code: "mark_decimals" };
  const digits = whole.replace(/^-?0+(?=\d)/, "").replace(/^-/, "") || "0";
  return { kind: "mark", shown: kept ? `${digits}.${kept}` : digits };
}

export function fill(words: string, facts: Record<string, string | number>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(facts[name] ?? whole));
}
