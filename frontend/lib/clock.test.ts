import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clockAfterReload,
  clockFrom,
  isOverAllowance,
  isSteady,
  leftOf,
  remainingMs,
  serverNowMs,
  timeText,
  warningFor,
} from "./clock";

const HOUR = 3_600_000;
const NOW = "2026-06-01T01:00:00.000Z";

test("a computer whose clock is hours wrong shows the server's time", () => {
  const clock = clockFrom(NOW, 5, 77);
  assert.equal(serverNowMs(clock, 1005), Date.parse("2026-06-01T01:00:01.000Z"));
});

test("a clock that is set, forwards or back, and a sleep are noticed", () => {
  const clock = clockFrom(NOW, 1000, 50_000);
  assert.ok(isSteady(clock, 1000 + HOUR, 50_000 + HOUR + 900));
  assert.ok(!isSteady(clock, 2000, 51_000 + 3 * HOUR));
  assert.ok(!isSteady(clock, 2000, 51_000 - 3 * HOUR));
  assert.ok(!isSteady(clock, 2000, 51_000 + 20 * 60_000), "the steady clock slept");
  assert.equal(serverNowMs(clock, 2000), Date.parse(NOW) + 1000, "a set clock moves nothing");
});

test("a reload keeps the server's time; a long gap or one backwards is no certainty", () => {
  const kept = { serverMs: Date.parse(NOW), wallMs: 50_000, isSure: true };
  const after = (passed: number, more = {}) =>
    clockAfterReload({ ...kept, ...more }, 3, 50_000 + passed);
  assert.equal(after(4000).isSure, true);
  assert.equal(serverNowMs(after(4000).clock, 1003), Date.parse(NOW) + 5000);
  assert.equal(after(3 * HOUR).isSure, false);
  assert.equal(after(-3 * HOUR).isSure, false);
  assert.equal(serverNowMs(after(-3 * HOUR).clock, 3), Date.parse(NOW), "time never goes back");
  assert.equal(after(4000, { isSure: false }).isSure, false, "doubt lasts until the server speaks");
});

test("time left is never negative and unknown before the start", () => {
  const now = Date.parse(NOW);
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

const at = (time: string) => `2026-06-01T${time}.000Z`;
const ms = (time: string) => Date.parse(at(time));
const MINUTE = 60_000;

test("in a break time stands still until its minutes are used up, then runs by itself", () => {
  const away = { kind: "break" as const, since: at("01:20:00"), until: at("01:30:00") };
  const early = { status: "paused", now: at("01:20:00"), ends_at: at("02:00:00"), away };
  assert.equal(leftOf(early, ms("01:29:59")), 40 * MINUTE);
  assert.equal(leftOf(early, ms("01:30:00")), 40 * MINUTE);
  assert.equal(leftOf(early, ms("01:35:00")), 35 * MINUTE);
  assert.equal(isOverAllowance(early, ms("01:29:59")), false);
  assert.equal(isOverAllowance(early, ms("01:30:00")), true);
  // asked again later, the server says the same end
  const late = { ...early, now: at("01:33:00"), ends_at: at("02:10:00") };
  assert.equal(leftOf(late, ms("01:35:00")), 35 * MINUTE);
});

test("a pause inside a break stands still for as long as it lasts", () => {
  const away = { kind: "break" as const, since: at("01:20:00"), until: null };
  const told = { status: "paused", now: at("01:20:00"), ends_at: at("02:00:00"), away };
  assert.equal(leftOf(told, ms("05:00:00")), 40 * MINUTE);
});

test("who is out has a running clock", () => {
  const away = { kind: "out" as const, since: at("01:20:00"), until: null };
  const told = { status: "running", now: at("01:20:00"), ends_at: at("02:00:00"), away };
  assert.equal(leftOf(told, ms("01:30:00")), 30 * MINUTE);
  assert.equal(isOverAllowance(told, ms("03:00:00")), false);
});

test("a computer's clock that is wrong or jumps by hours changes nothing once the server spoke", () => {
  const server = ms("01:20:00");
  for (const wrong of [-9 * 3_600_000, -61_000, 0, 3_600_000, 400 * 86_400_000]) {
    const local = server + wrong;
    const clock = clockFrom(at("01:20:00"), local, 0);
    assert.equal(remainingMs(at("02:00:00"), serverNowMs(clock, local + MINUTE)), 39 * MINUTE);
  }
});

test("time asked for again after sleep is the server's, however long the computer slept", () => {
  const before = clockFrom(at("01:00:00"), 1_000, 0);
  const asleep = 47 * MINUTE; // its clock stood still meanwhile
  assert.equal(serverNowMs(before, 1_000), ms("01:00:00"));
  const after = clockFrom(at("01:47:00"), 1_000 + asleep - asleep, 0);
  assert.equal(remainingMs(at("02:00:00"), serverNowMs(after, 1_000)), 13 * MINUTE);
});
