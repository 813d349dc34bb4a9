/** The table of attacks: every class that the product is to hold, section by section. */
import { attacksCommands } from "./attacksCommands.ts";
import { attacksConfiguration } from "./attacksConfiguration.ts";
import { attacksGit } from "./attacksGit.ts";
import { attacksPaths } from "./attacksPaths.ts";
import { attacksReview } from "./attacksReview.ts";
import { attacksSecrets } from "./attacksSecrets.ts";
import type { Row } from "./row.ts";

export const attacks: readonly { section: string; rows: readonly Row[] }[] = [
  { section: "configuration and trust", rows: attacksConfiguration },
  { section: "paths", rows: attacksPaths },
  { section: "git and processes", rows: attacksGit },
  { section: "commands", rows: attacksCommands },
  { section: "what the person is shown", rows: attacksReview },
  { section: "keys, listeners, the model", rows: attacksSecrets },
];
