/** Random histories of an agent and a person, each step held against an oracle that counts lines by itself. */
import { playHistory } from "./history.ts";

describe("random histories", () => {
  it("lose no line of the person's, write what was shown, and come back from a reload as they were", async function () {
    this.timeout(60_000);
    for (let seed = 1; seed <= 300; seed++) await playHistory(seed, 30);
  });
});
