import { closeChoice } from "../../bank/editor/closing";
import { freshRow } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  begin: (body) => {
    body.rows = [freshRow("正确", true), freshRow("错误", true)];
  },
  close: (...of) => closeChoice(...of),
};
