import { chosenIds } from "../../lib/fields/answers";
import { Ordering } from "../../lib/fields/ordering";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = {
  Field: Ordering,
  asked: (item) => item.options?.length ?? 1,
  given: (_, answer) => chosenIds(answer).length,
};
