/** The table of faults names tests that are there, and its guards hold. */
import { checkTable } from "./checking.ts";
import { faults } from "../../table/faults.ts";

checkTable("the table of faults", faults);
