import type { Words } from "../lib/i18n";
import type { Key } from "./words.zh";

export const en: Words<Key> = {
  serverTime: "Time",
  before: "Waiting for the start",
  running: "Exam in progress",
  paused: "Paused: time is not running",
  over: "The exam is over. Stop working",
  planned: "Planned start",
  started: "Start",
  ends: "End",
  left: "Time left",
  minutes: "{count} min",
  ruleQuiet: "Keep quiet. Raise your hand or press “Call proctor” for help.",
  ruleDevices: "Phones and other devices are switched off and put away.",
  ruleLate: "Nobody enters later than {minutes} {minutes|minute|minutes} after the start.",
  ruleEarly: "Handing in is possible {minutes} {minutes|minute|minutes} after the start.",
  ruleSaved: "Answers are saved by themselves; at the end papers are handed in by themselves.",
  rules: "Rules",
  lineLost: "No line to the server since {time}; the clock goes on from the last time received",
  loading: "Connecting…",
  theme: "Dark / light",
  fullScreen: "Full screen",
};
