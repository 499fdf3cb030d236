// Sealed forms: fetched before the start, checked by hash, opened by the key that comes with it.
import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const NONCE_LENGTH = 12;

export interface FormItem {
  position: number;
  type: "single" | "multiple" | "true_false" | "numeric" | "text_entry";
  stem: string;
  options?: { id: string; content: string }[];
  blanks?: { id: string }[];
  unit?: string | null;
  mark: string;
}

export interface FormBody {
  form: string;
  exam_session: string;
  title: string;
  language: string;
  sections: { title: string; type: string; positions: number[]; mark_each: string | null }[];
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
