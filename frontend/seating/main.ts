// Pages of batches, rooms and exam sessions.
import "./seating.css";
import "./ready.css";
import { startDrop, startRooms, startSearched } from "./choosing";
import { startSeats } from "./seats";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-drop]")) startDrop(form);
for (const list of document.querySelectorAll<HTMLSelectElement>("select[data-searched]"))
  startSearched(list);
for (const group of document.querySelectorAll<HTMLElement>("[data-room-choices]"))
  startRooms(group);
const mover = document.querySelector<HTMLFormElement>("form[data-move]");
if (mover) startSeats(mover);
const room = document.querySelector<HTMLFormElement>("form[data-room-editor]");
if (room) void import("./editor").then(({ startEditor }) => startEditor(room));
