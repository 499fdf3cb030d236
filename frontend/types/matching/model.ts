import { closedRows, SMALL } from "../../bank/editor/closing";
import { LETTERS, rowsOf } from "../../bank/editor/model";
import type { TypeModel } from "../../bank/editor/type_model";

export const model: TypeModel = {
  begin: (body) => {
    body.left = rowsOf(3);
    body.right = rowsOf(3);
  },
  close: (body, content, key, translations) => {
    content.left = closedRows(body.left, SMALL, "left", translations);
    content.right = closedRows(body.right, LETTERS, "right", translations);
    content.reuse = body.reuse;
    key.pairs = body.left.flatMap((row, place) => {
      const other = body.right.findIndex((each) => each.key === body.pairs[row.key]);
      return other < 0 ? [] : [[SMALL[place], LETTERS[other]]];
    });
    if (body.partMarks) key.policy = "part_marks";
  },
};
