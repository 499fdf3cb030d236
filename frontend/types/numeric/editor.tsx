import { Numeric } from "../../bank/editor/fields";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: Numeric,
};
