// One line to the server: websocket first, polling when that fails, reconnecting with jitter.
import { io, type Socket } from "socket.io-client";

export interface Reply {
  ok: boolean;
  code?: string;
  message?: string;
  [key: string]: unknown;
}

/** A line that the server refused is not tried again by the library: the store may be away. */
const REFUSED_FOR_GOOD = new Set(["bad_token", "foreign_origin", "sign_in_first"]);
const TRY_AGAIN_MS = 2000;

/** The room that a `live_url` names; none when the server keeps no rooms together. */
export function roomIn(liveUrl: string): string {
  return new URL(liveUrl, "https://same-host/").searchParams.get("room") ?? "";
}

export class Line {
  readonly socket: Socket;

  /** `room` keeps all lines of a room in one process of the server, where it has several. */
  constructor(namespace: string, auth: Record<string, string> = {}, room = "") {
    this.socket = io(namespace, {
      auth,
      ...(room ? { query: { room } } : {}),
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
    });
    this.socket.on("connect_error", (error) => {
      if (this.socket.active || REFUSED_FOR_GOOD.has(error.message)) return;
      setTimeout(() => this.socket.connect(), TRY_AGAIN_MS * (0.5 + Math.random()));
    });
  }

  get isUp(): boolean {
    return this.socket.connected;
  }

  on<T>(name: string, hear: (data: T) => void): void {
    this.socket.on(name, hear as (data: unknown) => void);
  }

  /** Ask and wait for the reply; rejects when none comes in five seconds. */
  async ask(name: string, data: unknown = {}): Promise<Reply> {
    return (await this.socket.timeout(5000).emitWithAck(name, data)) as Reply;
  }

  close(): void {
    this.socket.close();
  }
}
