import type { TypeEditor } from "../../bank/editor/type_editor";
import { WrittenFields } from "../../bank/editor/written";

export const editor: TypeEditor = {
  Fields: WrittenFields,
};
