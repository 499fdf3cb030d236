// The act a proctor is about to do: it asks for what it needs before it is done.
import { signal } from "@preact/signals";

export type ActName =
  | "grant_time"
  | "take_back_time"
  | "grant_lost_time"
  | "send_message"
  | "pause_sitting"
  | "force_hand_in"
  | "let_in"
  | "report_incident"
  | "approve_move";

export interface Asked {
  act: ActName;
  minutes?: number;
  /** Words to begin with. */
  text?: string;
}

export const asked = signal<Asked | null>(null);
