// The answer file: what has not reached the server, sealed under the lease's own key, to be carried
// there on a stick. `docs/protocol.md` says what it looks like.
import { gcm } from "@noble/ciphers/aes.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { AnswerEvent } from "./outbox";
import { fromBase64Url } from "./sealed";

const FORMAT = 1;
const NONCE_LENGTH = 12;
const AT_ONCE = 0x8000;
const bytes = new TextEncoder();

export interface FileOf {
  sitting: string;
  ticket: string;
  lease: number;
  /** By the server's time as far as this seat knows it. */
  savedAt: string;
}

export function sealAnswers(of: FileOf, events: readonly AnswerEvent[], key: string): string {
  // The names stand in order: then this is the canonical JSON that the sealed part is bound to.
  const head = {
    count: events.length,
    format: FORMAT,
    lease_number: of.lease,
    saved_at: of.savedAt,
    sitting: of.sitting,
    ticket: of.ticket,
  };
  const bound = bytes.encode(JSON.stringify(head));
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
  const plain = bytes.encode(JSON.stringify({ events }));
  const sealed = joined(nonce, gcm(fromBase64Url(key), nonce, bound).encrypt(plain));
  const hash = bytesToHex(sha256(joined(bound, sealed)));
  return JSON.stringify({ head, sealed: toBase64(sealed), sha256: hash });
}

/** A ticket may hold what no file name may. */
export function fileName(ticket: string): string {
  return `answers-${ticket.replace(/[^\p{L}\p{N}-]/gu, "_")}.examanswers`;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function toBase64(all: Uint8Array): string {
  let letters = "";
  for (let first = 0; first < all.length; first += AT_ONCE)
    letters += String.fromCharCode(...all.subarray(first, first + AT_ONCE));
  return btoa(letters);
}
