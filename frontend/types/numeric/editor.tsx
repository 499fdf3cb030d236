import { NumericFields } from "../../bank/editor/numeric";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: NumericFields,
};
