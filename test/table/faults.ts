/** The table of faults: every fault that a real machine or a real model can show, section by section. */
import { faultsFiles } from "./faultsFiles.ts";
import { faultsGit } from "./faultsGit.ts";
import { faultsModel } from "./faultsModel.ts";
import { faultsProcess } from "./faultsProcess.ts";
import type { Row } from "./row.ts";

export const faults: readonly { section: string; rows: readonly Row[] }[] = [
  { section: "the model's side", rows: faultsModel },
  { section: "files at accept", rows: faultsFiles },
  { section: "the repository", rows: faultsGit },
  { section: "the log and the process", rows: faultsProcess },
];
