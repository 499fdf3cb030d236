import { put } from "../../bank/editor/closing";
import { OWN } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  close: (body, content, key, translations) => {
    content.unit = (body.unit[OWN] ?? "").trim() || null;
    put(translations, "unit", body.unit);
    key.value = body.value.trim();
    key.tolerance = body.tolerance.trim() || "0";
    key.tolerance_mode = body.mode;
  },
};
