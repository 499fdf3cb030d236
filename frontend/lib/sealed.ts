// Sealed forms: fetched before the start, checked by hash, opened by the key that comes with it.
import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const NONCE_LENGTH = 12;

/** The name of a folder of types/. */
export type ItemType = string;

/** An option, a left or a right; `fixed`: it stands in its place from the start (ordering). */
export interface FormOption {
  id: string;
  content: string;
  fixed?: boolean;
}

/** What an item says in one language; what is not there stays as in the original. */
export interface ItemTexts {
  stem?: string;
  options?: FormOption[];
  left?: FormOption[];
  right?: FormOption[];
  alt?: string;
  unit?: string;
  parts?: (ItemTexts & { id: string })[];
}

/** What items and parts of an item set share. */
export interface ItemContent {
  type: ItemType;
  mark: string;
  stem: string;
  options?: FormOption[];
  /** How a multiple choice is marked, where it is not as a whole. */
  marking?: "part_marks" | "minus" | "by_option";
  blanks?: { id: string }[];
  unit?: string | null;
  /** Other units that may be typed behind a number. */
  units?: string[];
  /** To how many decimals an answer is rounded. */
  decimals?: number;
  /** All blanks must be right for any mark. */
  whole?: boolean;
  /** Blanks whose order is free. */
  groups?: string[][];
  left?: FormOption[];
  right?: FormOption[];
  reuse?: boolean;
  /** A data address; answers count in its own pixels, `width` by `height`. */
  picture?: string;
  alt?: string;
  width?: number;
  height?: number;
  /** Characters an answer in words should have; 0: no limit. */
  fewest_characters?: number;
  most_characters?: number;
  lines?: number;
}

export interface FormPart extends ItemContent {
  id: string;
  type: ItemType;
}

export interface FormItem extends ItemContent {
  position: number;
  parts?: FormPart[];
  translations?: Record<string, ItemTexts>;
}

export interface FormSection {
  title: string;
  /** By language; a paper sealed before it was there has none. */
  titles?: Record<string, string>;
  type: string;
  positions: number[];
  mark_each: string | null;
}

export interface FormBody {
  form: string;
  exam_session: string;
  title: string;
  language: string;
  /** By language: that some questions are on trial. Never which. */
  notices?: Record<string, string>;
  sections: FormSection[];
  items: FormItem[];
}

export function hashOf(sealed: Uint8Array): string {
  return bytesToHex(sha256(sealed));
}

/** Throws when the key is wrong or a byte has changed. */
export async function unseal(
  sealed: Uint8Array,
  key: string,
  bound: { exam_session: string; form: string },
): Promise<FormBody> {
  const associated = new TextEncoder().encode(`${bound.exam_session}:${bound.form}`);
  const cipher = gcm(fromBase64Url(key), sealed.subarray(0, NONCE_LENGTH), associated);
  const packed = cipher.decrypt(sealed.subarray(NONCE_LENGTH));
  return JSON.parse(await gunzip(packed)) as FormBody;
}

export function fromBase64Url(text: string): Uint8Array {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function gunzip(packed: Uint8Array): Promise<string> {
  const stream = new Blob([packed as BlobPart]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("gzip"))).text();
}
