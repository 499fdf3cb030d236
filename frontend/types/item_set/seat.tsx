import { fullness, partAnswer } from "../../lib/fields/answers";
import { ItemSet } from "../../lib/fields/item_set";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = {
  View: ItemSet,
  asked: (item) => item.parts?.length ?? 1,
  given: (item, answer) =>
    (item.parts ?? []).filter((part) => fullness(part, partAnswer(answer, part.id)) === "full")
      .length,
};
