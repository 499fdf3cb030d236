// Looking at this computer: each look asks the browser or the server and is then judged.
import { openDrawer } from "../lib/drawer";
import { getJson } from "../lib/http";
import {
  browserFound,
  clockFound,
  type Found,
  type Looked,
  lineFound,
  offsetOf,
  screenFound,
} from "./looks";

const LINE_LIMIT_MS = 6000;
const LETTERS = '20px "Noto Sans SC Variable"';

export interface Looking {
  findings: Record<Looked, Found>;
  offsetMs: number;
}

export async function lookAtThisComputer(): Promise<Looking> {
  const [storage, hasWebsocket, hasPolling, offset, fonts] = await Promise.all([
    keeps(),
    websocketAnswers(),
    pollingAnswers(),
    clockOffset(),
    lettersLoad(),
  ]);
  return {
    offsetMs: offset ?? 0,
    findings: {
      browser: browserFound(navigator.userAgent),
      storage: { state: storage ? "ok" : "danger", detail: "" },
      line: lineFound(hasWebsocket, hasPolling),
      secure: { state: isSecureContext ? "ok" : "attention", detail: schemeName() },
      clock: clockFound(offset),
      screen: screenFound(screen.width, screen.height),
      fonts: { state: fonts ? "ok" : "attention", detail: "" },
    },
  };
}

/** By which way the page came; this very machine counts as secure. */
function schemeName(): string {
  if (location.protocol === "https:") return "https";
  return isSecureContext ? "localhost" : "http";
}

/** Written, read back and removed, as answers are kept. */
async function keeps(): Promise<boolean> {
  return (await openDrawer()).isLasting; // in memory where the browser refuses
}

/** A line is there when the server says its first word; nothing is signed in. */
function websocketAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const address = `${scheme}://${location.host}/socket.io/?EIO=4&transport=websocket`;
    let socket: WebSocket;
    try {
      socket = new WebSocket(address);
    } catch {
      resolve(false);
      return;
    }
    const end = (isUp: boolean) => {
      clearTimeout(limit);
      socket.close();
      resolve(isUp);
    };
    const limit = setTimeout(() => end(false), LINE_LIMIT_MS);
    socket.onmessage = (message) => end(String(message.data).startsWith("0"));
    socket.onerror = () => end(false);
  });
}

async function pollingAnswers(): Promise<boolean> {
  const response = await fetch("/socket.io/?EIO=4&transport=polling").catch(() => null);
  return response?.ok ?? false;
}

async function clockOffset(): Promise<number | null> {
  const sent = Date.now();
  const reply = await getJson("/api/seat-checks/now");
  return reply.ok ? offsetOf(sent, Date.now(), Date.parse(String(reply.now))) : null;
}

async function lettersLoad(): Promise<boolean> {
  const loaded = await document.fonts.load(LETTERS, "考试").catch(() => []);
  return loaded.length > 0;
}
