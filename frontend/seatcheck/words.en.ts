import type { Key } from "./words.zh";

export const en: Record<Key, string> = {
  title: "Seat check",
  intro:
    "Open this page at every computer before the exam. Nobody signs in, and it tells nothing of any exam.",
  looking: "looking",
  okWord: "fine",
  attentionWord: "wants a look",
  dangerWord: "not good enough",
  browser: "Browser",
  storage: "Storage",
  line: "Line to the server",
  secure: "Secure connection (HTTPS)",
  clock: "Clock",
  screen: "Screen",
  fonts: "Fonts",
  browserDo: "Install a newer browser (Chrome or Edge 90, Firefox 90, or later).",
  storageDo: "Leave private mode, let this site keep data, and look at the free disk space.",
  lineDo:
    "See that cable, proxy and firewall let WebSocket through; without it the exam works, but slower.",
  secureDo:
    "Open the page by https://; otherwise it cannot be opened again while the line is down.",
  clockDo: "Set this computer's time; the exam goes by the server's.",
  screenDo: "1280×720 or more is intended; below 1024×700 change the screen or its resolution.",
  fontsDo: "The fonts did not load, those of the system will do; see to the line and look again.",
  again: "Look again",
  code: "Code of the room",
  seat: "Seat number",
  send: "Send the result",
  sentReady: "Sent: {room}, seat {seat} is ready.",
  sentNotReady: "Sent: {room}, seat {seat} has a problem. See to it and look again.",
  notSent: "Not sent: the server cannot be reached. See to the cable and try again.",
};
