// Blanks stand in the stem: there is no field under it.
import { filledTexts } from "../../lib/fields/answers";
import type { SeatType } from "../../lib/fields/seat_type";

export const seat: SeatType = {
  asked: (item) => item.blanks?.length ?? 1,
  given: (_, answer) =>
    Object.values(filledTexts(answer)).filter((text) => text.trim() !== "").length,
};
