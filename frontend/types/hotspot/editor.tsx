import { Hotspot } from "../../bank/editor/hotspot";
import type { TypeEditor } from "../../bank/editor/type_editor";

export const editor: TypeEditor = {
  Fields: Hotspot,
};
