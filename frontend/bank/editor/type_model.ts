// What a folder of types/ offers as model.ts: how an item of the type begins, is opened and closed.
import type { Closer } from "./closing";
import type { Body, Json } from "./model";

export interface TypeModel {
  /** What stands in a new item; `body` is changed in place. */
  begin?: (body: Body) => void;
  /** Read what only this type knows of a stored item into `body.own`. */
  open?: (body: Body, content: Json, key: Json) => void;
  /** Write content and key of the stored form; `body.stem` is written already. */
  close: Closer;
  /** What a candidate is told of the key. */
  told?: (key: Json) => Json;
  /** Whether it is made of parts, each with a type. */
  hasParts?: boolean;
}
