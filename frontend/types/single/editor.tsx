import { Options } from "../../bank/editor/fields";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: Options,
};
