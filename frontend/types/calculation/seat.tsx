// What a form asks is a numeric item; the editor shows one before values are drawn.
import type { SeatType } from "../../lib/fields/seat_type";
import { Numeric } from "../../lib/fields/texts";

export const seat: SeatType = { Field: Numeric };
