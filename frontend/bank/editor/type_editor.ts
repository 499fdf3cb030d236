// What a folder of types/ offers as editor.tsx: the rows and fields a writer fills in.
import type { FunctionComponent } from "preact";
import type { BodyProps } from "./fields";

export interface TypeEditor {
  Fields: FunctionComponent<BodyProps>;
  /** Its stem is called material, and holds what several questions are about. */
  hasMaterial?: boolean;
  /** Its stem may hold blanks. */
  hasBlanks?: boolean;
}
