/** Context: hands the one desk of the page to every part, without passing it through the parts between. */
import { createContext } from "preact";
import type { Desk } from "./desk.ts";

export const DeskContext = createContext<Desk>(undefined as unknown as Desk);
