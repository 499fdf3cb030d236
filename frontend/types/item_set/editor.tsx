import { Parts } from "../../bank/editor/parts";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: Parts,
  hasMaterial: true,
};
