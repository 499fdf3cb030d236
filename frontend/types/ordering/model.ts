import { closedRows } from "../../bank/editor/closing";
import { LETTERS, rowsOf } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  begin: (body) => {
    body.rows = rowsOf(4);
  },
  close: (body, content, key, translations) => {
    content.options = closedRows(body.rows, LETTERS, "options", translations, true);
    key.order = body.rows.map((_, place) => LETTERS[place]);
    if (body.partMarks) key.policy = "part_marks";
  },
};
