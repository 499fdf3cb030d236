import { Hotspot } from "../../lib/fields/hotspot";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = { Field: Hotspot };
