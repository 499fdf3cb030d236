import { acceptedTexts } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  close: (body, content, key) => {
    content.blanks = body.blanks.map(({ id }) => ({ id }));
    key.blanks = Object.fromEntries(
      body.blanks.map(({ id, accepted }) => [id, acceptedTexts(accepted)]),
    );
    key.case_sensitive = body.caseSensitive;
  },
};
