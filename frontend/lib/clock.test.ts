import assert from "node:assert/strict";
import { test } from "node:test";
import { clockFrom, remainingMs, serverNowMs, timeText, warningFor } from "./clock";

test("a computer whose clock is hours wrong shows the server's time", () => {
  const clock = clockFrom("2026-06-01T01:00:00.000Z", 5);
  assert.equal(serverNowMs(clock, 1005), Date.parse("2026-06-01T01:00:01.000Z"));
});

test("time left is never negative and unknown before the start", () => {
  const now = Date.parse("2026-06-01T01:00:00.000Z");
  assert.equal(remainingMs("2026-06-01T00:59:00.000Z", now), 0);
  assert.equal(remainingMs(null, now), null);
});

test("time is rounded up so that zero means over", () => {
  assert.equal(timeText(1), "0:01");
  assert.equal(timeText(3_725_000), "1:02:05");
  assert.equal(timeText(0), "0:00");
});

test("warnings come at ten and at five minutes", () => {
  assert.equal(warningFor(600_001), null);
  assert.equal(warningFor(600_000), 10);
  assert.equal(warningFor(300_000), 5);
});
