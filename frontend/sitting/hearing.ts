// What a line says about itself, and what the proctor and the candidate say over it.

import type { Line } from "../lib/live";
import * as state from "./state";
import * as time from "./time";

/** Take note of the line going down and coming back. */
export function watchLine(line: Line): void {
  line.socket.on("connect", () => {
    state.isUp.value = true;
    state.downSinceMs.value = null;
  });
  line.socket.on("disconnect", () => {
    state.isUp.value = false;
    state.wasDown.value = true;
    state.isServerSlow.value = false;
    state.downSinceMs.value ??= time.nowMs.peek();
  });
}

export function hearProctor(line: Line, refresh: () => void): void {
  line.on("browser_let_in", refresh);
  line.on<state.ProctorMessage>("message_sent", (message) => {
    if (!state.messages.value.some((known) => known.id === message.id))
      state.messages.value = [...state.messages.value, message];
  });
  line.on("call_answered", () => {
    state.isCalled.value = false;
  });
}

export async function understood(line: Line | null, id: string): Promise<void> {
  state.messages.value = state.messages.value.filter((message) => message.id !== id);
  await line?.ask("ack_message", { id }).catch(() => undefined);
}

/** Raise the hand, with a reason or none; false when the call did not get through. */
export async function callProctor(
  line: Line | null,
  text: string,
  kind?: "break",
): Promise<boolean> {
  const reply = await line?.ask("call_proctor", { text, kind }).catch(() => null);
  if (reply?.ok) state.isCalled.value = true;
  return reply?.ok ?? false;
}
