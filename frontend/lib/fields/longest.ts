// How long a text may be. The server refuses an answer of more than 64 KB, and a Chinese
// character takes three bytes: what is typed must never come near.
import type { FormPart } from "../sealed";

export const LONGEST = 20_000;

/** The share of each text where a material asks for several: they travel as one answer. */
export function longestOf(parts: readonly Pick<FormPart, "lines">[]): number {
  const texts = parts.filter((part) => part.lines !== undefined).length;
  return Math.floor(LONGEST / Math.max(1, texts));
}
