import assert from "node:assert/strict";
import { test } from "node:test";
import { driftOf } from "./drift";

const T = Date.parse("2026-06-01T01:00:00.000Z");

/** A clock compared every half minute: how far it is off the server's at each time. */
const compared = (offsetsS: number[]) =>
  offsetsS.map((off, place) => ({
    serverMs: T + place * 30_000,
    localMs: T + place * 30_000 + off * 1000,
  }));

test("a clock that loses three seconds a minute is found after three steps, not before", () => {
  assert.equal(driftOf(compared([0, -1.5, -3])), null);
  assert.ok(Math.abs((driftOf(compared([0, -1.5, -3, -4.5])) ?? 0) + 3) < 1e-9);
  assert.ok((driftOf(compared([0, 1.5, 3, 4.5])) ?? 0) > 2);
});

test("a clock that is hours wrong, is set or slept does not run wrong", () => {
  assert.equal(driftOf(compared([3600, 3600, 3600, 3600])), null);
  assert.equal(driftOf(compared([0, 0, -7200, -7200, -7200])), null);
  assert.equal(driftOf(compared([0, 3600, -3600, 86_400, 0])), null);
  assert.equal(driftOf(compared([0, 0, -2820, -2820, -2820])), null);
});

test("two seconds a minute and a trembling line are no matter", () => {
  assert.equal(driftOf(compared([0, 1, 2, 3, 4])), null);
  assert.equal(driftOf(compared([0, 1.4, 0.2, 1.6, 0.1])), null);
});

test("comparisons close together are taken as one", () => {
  const close = [0, 1, 2, 3].map((place) => ({
    serverMs: T + place * 100,
    localMs: T + place * 90,
  }));
  assert.equal(driftOf(close), null);
});
