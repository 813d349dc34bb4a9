/**
 * The diagnostic report: what helps to understand a problem, in a text that can be shown to anybody.
 *
 * Pure: facts in, text out. Always: no key, no file's text, no goal; a path stands without the folders that name a person or a
 * project, and the endpoint by its host alone.
 */

import { withoutSecrets } from "../protocol/secrets.ts";

/** What the report is made of. Texts may hold anything: they are masked here. */
export interface Facts {
  extension: string;
  editor: { name: string; version: string; where: string; language: string };
  machine: { platform: string; node: string };
  workspace: { folders: number; trusted: boolean };
  settings: { endpoint: string; model: string; files: number; megabytes: number };
  key: boolean;
  /** Sessions that are remembered for the open folders; null where they were not to be read. */
  sessions: number | null;
  /** The session of this window, in counts. */
  current: {
    activity: string;
    files: number;
    pending: number;
    accepted: number;
    rejected: number;
    stale: number;
  } | null;
  /** The last problems that were logged, oldest first. */
  troubles: readonly Trouble[];
  /** Folders by the name they get in the report. */
  places: readonly { path: string; name: string }[];
}

/** One logged problem: milliseconds since 1970, and its first line with the places in our own bundles. */
export interface Trouble {
  at: number;
  level: "warning" | "error";
  text: string;
}

/** The report as Markdown. */
export function reportOf(facts: Facts): string {
  const { editor, machine, workspace, settings, current } = facts;
  const rows: [string, string][] = [
    ["Countersign", facts.extension],
    ["editor", `${editor.name} ${editor.version}, ${editor.where}, ${editor.language}`],
    ["machine", `${machine.platform}, Node ${machine.node}`],
    ["workspace", `${workspace.folders} folders, ${workspace.trusted ? "trusted" : "Restricted Mode"}`],
    ["endpoint", hostOf(settings.endpoint)],
    ["model", settings.model],
    ["copy limits", `${settings.files} files, ${settings.megabytes} MB`],
    ["API key", facts.key ? "set" : "not set"],
    ["sessions of these folders", facts.sessions === null ? "not read" : String(facts.sessions)],
    [
      "session of this window",
      current === null
        ? "none"
        : `${current.activity}; ${current.files} files, ${current.pending} to review, ${current.accepted} accepted, ` +
          `${current.rejected} rejected, ${current.stale} stale`,
    ],
  ];
  const masked = (text: string): string => masking(text, facts.places);
  const troubles = facts.troubles.map(
    ({ at, level, text }) => `- ${new Date(at).toISOString()} ${level}: ${cell(masked(text))}`,
  );
  return [
    "## Countersign diagnostic report",
    "",
    "| what | value |",
    "|---|---|",
    ...rows.map(([name, value]) => `| ${name} | ${cell(masked(value))} |`),
    "",
    "Last problems:",
    "",
    ...(troubles.length > 0 ? troubles : ["- none"]),
    "",
  ].join("\n");
}

/** What is kept of a logged problem: its first line, and where in our bundles it came about. */
export function gist(problem: unknown): string {
  const [first = "", ...frames] = textOf(problem).split("\n");
  const ours = frames.flatMap((line) => /([\w-]+\.(?:cjs|mjs|js):\d+:\d+)\)?$/.exec(line)?.[1] ?? []).slice(0, 4);
  return `${first.slice(0, 200)}${ours.length > 0 ? ` (${ours.join(" < ")})` : ""}`;
}

/** The text without what looks like a key, and with paths that name nobody. */
export function masking(text: string, places: Facts["places"]): string {
  // The longest first: a folder inside another keeps its own name.
  const known = places.filter(({ path }) => path.length > 1).toSorted((a, b) => b.path.length - a.path.length);
  const named = known.reduce((rest, { path, name }) => rest.replaceAll(path, name), withoutSecrets(text));
  return named
    .replace(/(?<![\w\u203a~.:/])(?:\/[^\s/'"\u201c\u201d:,;)|]+){2,}/g, lastPart)
    .replace(/\b[A-Za-z]:(?:[\\/]+[^\s\\/'"\u201c\u201d:,;)|]+)+/g, lastPart);
}

function lastPart(path: string): string {
  return `…/${path.split(/[\\/]+/).at(-1)}`;
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : "not an address";
}

/** A problem as text: an error with where it came about. */
export function textOf(problem: unknown): string {
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}

/** A text as it can stand in a table and in a list: one line, nothing that ends a cell. */
function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}
