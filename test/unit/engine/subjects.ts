/** The streams to distort: every constructed shape, and every recording there is. */
import type { Subject } from "./distortions.ts";
import { eventsIn, recordings } from "./recorded.ts";
import { bytesOf, shapes } from "./shapes.ts";

export function subjects(): Subject[] {
  return [
    ...shapes.map((shape) => ({
      name: shape.name,
      bytes: bytesOf(shape),
      events: shape.events,
      eol: shape.eol ?? ("\n" as const),
    })),
    ...recordings()
      .filter(({ error }) => error === undefined)
      .map(({ name, body }) => ({ name, bytes: body, events: eventsIn(body), eol: "\n" as const })),
  ];
}
