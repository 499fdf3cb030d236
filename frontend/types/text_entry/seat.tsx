// Blanks stand in the stem: under it stands only what is told of their marking.
import { filledTexts } from "../../lib/fields/answers";
import type { SeatType } from "../../lib/fields/seat_type";
import { BlanksTold } from "../../lib/fields/texts";

export const seat: SeatType = {
  Field: BlanksTold,
  asked: (item) => item.blanks?.length ?? 1,
  given: (_, answer) =>
    Object.values(filledTexts(answer)).filter((text) => text.trim() !== "").length,
};
