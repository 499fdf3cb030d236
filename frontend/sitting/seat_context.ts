// The seat, for what stands deep in the page.
import { createContext } from "preact";
import type { Seat } from "./seat";

export const SeatContext = createContext<Seat | null>(null);
