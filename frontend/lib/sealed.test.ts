import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { hashOf, unseal } from "./sealed";

const bound = { exam_session: "s", form: "f" };
const key = Buffer.alloc(32, 7);

function sealedBy(associated: string): Uint8Array {
  const nonce = Buffer.alloc(12, 1);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(associated));
  const packed = gzipSync(JSON.stringify({ ...bound, title: "试卷", sections: [], items: [] }));
  const body = Buffer.concat([cipher.update(packed), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, body, cipher.getAuthTag()]));
}

test("a body sealed by another program opens with its key", async () => {
  const body = await unseal(sealedBy("s:f"), key.toString("base64url"), bound);
  assert.equal(body.title, "试卷");
});

test("a body of another exam session does not open", async () => {
  await assert.rejects(unseal(sealedBy("other:f"), key.toString("base64url"), bound));
});

test("the hash is that of the whole body", () => {
  const sealed = sealedBy("s:f");
  assert.equal(hashOf(sealed), createHash("sha256").update(sealed).digest("hex"));
});
