import { put } from "../../bank/editor/closing";
import { OWN } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  close: (body, content, key, translations) => {
    content.picture = body.picture;
    content.alt = (body.alt[OWN] ?? "").trim();
    put(translations, "alt", body.alt);
    content.width = body.width;
    content.height = body.height;
    key.areas = body.areas;
  },
};
