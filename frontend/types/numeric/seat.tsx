import type { SeatType } from "../../lib/fields/seat_type";
import { Numeric } from "../../lib/fields/texts";

export const seat: SeatType = { Field: Numeric };
