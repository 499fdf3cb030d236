import { pairsOf } from "../../lib/fields/answers";
import { Matching } from "../../lib/fields/matching";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = {
  Field: Matching,
  asked: (item) => item.left?.length ?? 1,
  given: (_, answer) => pairsOf(answer).length,
};
