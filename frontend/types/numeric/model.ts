import { closeNumeric, openNumeric } from "../../bank/editor/numeric_model";
import type { TypeModel } from "../../bank/editor/type_model";

const unitOf = (each: { unit: string }) => each.unit;

export const model: TypeModel = {
  begin: (body) => openNumeric(body, {}, {}),
  open: openNumeric,
  close: closeNumeric,
  told: (key) => (key.units?.length ? { units: key.units.map(unitOf) } : {}),
};
