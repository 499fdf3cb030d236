import { Matching } from "../../bank/editor/matching";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: Matching,
};
