import { closeChoice } from "../../bank/editor/closing";
import { rowsOf } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  begin: (body) => {
    body.rows = rowsOf(4);
  },
  close: (...of) => closeChoice(...of),
};
