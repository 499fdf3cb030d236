import { Choices } from "../../lib/fields/choices";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = { Field: Choices, hasLetters: true };
