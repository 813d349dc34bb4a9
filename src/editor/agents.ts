/**
 * Outside agents: which one works on new tasks, what the person has agreed to for it, and the engine made of it.
 *
 * Which agents there are, and what they are started with, comes from the person's own settings and their PATH, never from a workspace. What
 * they agreed to is kept in the editor's own storage, by workspace or by content.
 * Always: an agent of a log is looked up anew by its name; a command never comes out of a log.
 */
import { l10n, window, workspace } from "vscode";
import type { Memento, WorkspaceFolder } from "vscode";
import type { AgentConfiguration, ConfiguredAgent, Connection, Engine, ToolServer } from "../protocol/index.ts";
import { proxyVariables } from "../protocol/connection.ts";
import { configuredConnection, type Configured } from "./connection.ts";
import type { Rooms } from "./rooms.ts";

/** Names under which the editor keeps what was chosen and agreed to. */
const kept = { chosen: "agent", rights: "agents.rights", configuration: "agents.configuration" } as const;

/** How a connection to an agent is logged. */
export function agentConnection(name: string, version: string): Connection {
  return { name, endpoint: "", model: "", key: "", agent: { name, version } };
}

/** The connection that new tasks use: the chosen agent, else the configured endpoint. */
export async function chosenConnection(rooms: Rooms, memento: Memento, tree: string): Promise<Configured> {
  const name = chosenAgent(memento);
  if (name === null) return configuredConnection();
  const found = (await rooms.agents()).find(configuredAgents(), tree).find((agent) => agent.name === name);
  if (found?.kind === "found") return { kind: "connection", connection: agentConnection(found.name, found.version) };
  const remedy = l10n.t("Choose another one with “Countersign: Choose Agent…”, or install it.");
  return { kind: "wrong", text: found?.why ?? l10n.t("The agent “{0}” is not on this machine.", name), remedy };
}

/** The agent that works on new tasks; null: the built-in one. */
export function chosenAgent(memento: Memento): string | null {
  return memento.get<string>(kept.chosen) ?? null;
}

export async function chooseFor(memento: Memento, name: string | null): Promise<void> {
  await memento.update(kept.chosen, name ?? undefined);
}

/** The engine of a connection to an agent, for one session in one folder. */
export async function agentEngine(
  { rooms, memento }: { rooms: Rooms; memento: Memento },
  agent: NonNullable<Connection["agent"]>,
  { session, folder }: { session: string; folder: WorkspaceFolder },
): Promise<Engine> {
  const room = await rooms.agents();
  const tree = folder.uri.fsPath;
  const found = room.find(configuredAgents(), tree).find(({ name }) => name === agent.name);
  if (found?.kind !== "found") {
    const message = found?.why ?? l10n.t("The agent “{0}” is not on this machine.", agent.name);
    const remedy = l10n.t(
      "Install it, or go on with another one: “Countersign: Choose Agent…”. Your hunks and decisions are all there.",
    );
    return {
      run: async function* () {
        yield { kind: "ended", how: "failed", message, remedy };
      },
    };
  }
  return room.engine(
    { ...found, env: { ...ownProxy(), ...found.env } },
    {
      session,
      tree,
      servers: toolServers(),
      agreed: (why) => agreedToRights(memento, found.name, folder, why),
      mayRead: ({ hash }) => hash !== null && allowedConfiguration(memento).includes(hash),
      met: () => {},
    },
  );
}

/** The way out of a company's network, where the person's own settings of the editor name one: it goes before what their environment says. */
function ownProxy(): Record<string, string> {
  const http = workspace.getConfiguration("http");
  const own = <T>(name: string): T | undefined => http.inspect<T>(name)?.globalValue;
  if (own<string>("proxySupport") === "off") return {};
  const [proxy, past] = [own<unknown>("proxy"), own<unknown>("noProxy")];
  const names = listOf(past).filter((one) => typeof one === "string");
  return typeof proxy === "string" ? proxyVariables(proxy, names) : {};
}

/** The person's list of agents; what is not one is passed over. */
export function configuredAgents(): ConfiguredAgent[] {
  return listOf(ownValue("agents")).flatMap((value) => {
    const { name, command, args, env } = fieldsOf(value);
    if (typeof name !== "string" || typeof command !== "string" || name.trim() === "" || command.trim() === "")
      return [];
    return [
      {
        name: name.trim().slice(0, 80),
        command: command.trim(),
        args: listOf(args).filter((one) => typeof one === "string"),
        env: textsOf(env),
      },
    ];
  });
}

/** Servers of tools: the person's own list, and what they set in the editor's. */
export function toolServers(): ToolServer[] {
  const editors = workspace.getConfiguration("mcp").inspect<unknown>("servers")?.globalValue;
  const all = { ...fieldsOf(editors), ...fieldsOf(ownValue("toolServers")) };
  return Object.entries(all).flatMap(([name, value]): ToolServer[] => {
    const { command, args, env, url, type, headers } = fieldsOf(value);
    if (typeof command === "string" && command !== "")
      return [{ name, command, args: listOf(args).filter((one) => typeof one === "string"), env: pairsOf(env) }];
    if (typeof url !== "string" || !/^https?:/.test(url)) return [];
    return [{ type: type === "sse" ? "sse" : "http", name, url, headers: pairsOf(headers) }];
  });
}

/** What configures agents and may be read by them, by content. */
export function allowedConfiguration(memento: Memento): readonly string[] {
  return memento.get<string[]>(kept.configuration) ?? [];
}

export async function allowConfiguration(
  memento: Memento,
  found: readonly AgentConfiguration[],
  yes: boolean,
): Promise<void> {
  const hashes = found.flatMap(({ hash }) => (hash === null ? [] : [hash]));
  const others = allowedConfiguration(memento).filter((hash) => !hashes.includes(hash));
  await memento.update(kept.configuration, yes ? [...others, ...hashes] : others);
}

/** Asks once for each agent and workspace; a "no" is asked again. */
async function agreedToRights(memento: Memento, name: string, folder: WorkspaceFolder, why: string): Promise<boolean> {
  const key = `${name} ${folder.uri.toString()}`;
  const agreed = memento.get<string[]>(kept.rights) ?? [];
  if (agreed.includes(key)) return true;
  const run = l10n.t("Run with My Rights");
  const chosen = await window.showWarningMessage(
    l10n.t("{0} will run with your rights.", name),
    {
      modal: true,
      detail: l10n.t(
        "{0} It could read and change everything that you can, not only its private copy of “{1}”. The review shows what it changes in that copy, and nothing else.",
        why,
        folder.name,
      ),
    },
    run,
  );
  if (chosen !== run) return false;
  await memento.update(kept.rights, [...agreed, key]);
  return true;
}

/** A setting as the person has it, of any shape. */
function ownValue(name: string): unknown {
  return workspace.getConfiguration("countersign").inspect<unknown>(name)?.globalValue;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

function pairsOf(value: unknown): { name: string; value: string }[] {
  return Object.entries(textsOf(value)).map(([name, text]) => ({ name, value: text }));
}
