import type { SeatType } from "../../lib/fields/seat_type";
import { Written } from "../../lib/fields/written";

export const seat: SeatType = { Field: Written };
