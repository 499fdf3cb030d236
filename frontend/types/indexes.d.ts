// What the build gathers from every folder here, by the folder's name (item_types.mjs).
declare module "types:seat" {
  export const seats: Record<string, import("../lib/fields/seat_type").SeatType>;
}
declare module "types:model" {
  export const models: Record<string, import("../bank/editor/type_model").TypeModel>;
}
declare module "types:editor" {
  export const editors: Record<string, import("../bank/editor/type_editor").TypeEditor>;
}
