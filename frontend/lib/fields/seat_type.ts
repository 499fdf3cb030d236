// What a folder of types/ offers as seat.tsx: how a candidate answers an item of the type.
import type { FunctionComponent } from "preact";
import type { Answer } from "../outbox";
import type { AnyItem, FieldProps } from "./field";

export interface ItemProps extends FieldProps {
  /** Show the keys that choose, where single keys are in force. */
  hasKeys?: boolean;
  /** How many characters a text may have; texts of one material share what an answer carries. */
  longest?: number;
}

export interface SeatType {
  /** What is answered in, under the stem; a type answered inside of its stem has none. */
  Field?: FunctionComponent<ItemProps>;
  /** The whole of it, where the stem does not simply stand above the field. */
  View?: FunctionComponent<ItemProps>;
  /** How many things it asks for: 1 where it does not say. */
  asked?: (item: Partial<AnyItem>) => number;
  /** How many of them have been given. */
  given?: (item: Partial<AnyItem>, answer: Answer) => number;
  /** Whether letters on the keyboard choose its options. */
  hasLetters?: boolean;
}
