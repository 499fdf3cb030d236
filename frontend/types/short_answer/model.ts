import type { TypeModel } from "../../bank/editor/type_model";
import { closeWritten, openWritten } from "../../bank/editor/written_model";

export const model: TypeModel = {
  begin: (body) => openWritten(body, {}, {}),
  open: openWritten,
  close: closeWritten,
};
