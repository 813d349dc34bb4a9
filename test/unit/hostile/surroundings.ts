/**
 * What lies around a project and must be reached by nothing of a session: keys in the person's home, other sessions of ours with
 * their drafts, and whatever listens on this machine.
 *
 * Always: every secret is the one text that a session may hold nowhere; each listener notes by its name that it was reached.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { dirname, join } from "node:path";

export interface Surroundings {
  port: number;
  abstract: string;
  /** Folders of other sessions, below the storage. */
  others: string[];
  /** Names of the listeners that were reached, in order of the alphabet. */
  reached(): string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Files with secrets, as paths below the home. */
export const keysAtHome = [
  ".ssh/id",
  ".ssh/id_ed25519",
  ".aws/credentials",
  ".netrc",
  ".config/gh/hosts.yml",
  ".claude/.credentials.json",
  ".git-credentials",
  ".docker/config.json",
];

/** The same of other sessions, below the storage. */
export const keptOfOthers = [
  "sessions/another/log",
  "sessions/another/bodies",
  "drafts/another/tree/notes.txt",
  "agents/another/mine/.login",
];

export async function surroundings(
  place: { root: string; outside: string; home: string; storage: string },
  secret: string,
): Promise<Surroundings> {
  const { root, outside, home, storage } = place;
  const put = (path: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${secret}\n`, { mode: 0o600 });
  };
  for (const path of keysAtHome) put(join(home, path));
  for (const path of keptOfOthers) put(join(storage, path));
  put(join(outside, "file"));
  // No copy is made of this one: an ignore rule of the project passes it by.
  put(join(root, "secret.txt"));
  const found = new Set<string>();
  const servers: Server[] = [];
  const listen = async (name: string, where: { path: string } | { port: number; host: string }): Promise<Server> => {
    const server = createServer((socket) => {
      found.add(name);
      socket.on("error", () => undefined).end(secret.slice(4));
    });
    servers.push(server);
    return new Promise((resolve) => server.listen(where, () => resolve(server)));
  };
  const abstract = `\0countersign-hostile-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const tcp = await listen("a server of this machine", { port: 0, host: "127.0.0.1" });
  await listen("an abstract socket", { path: abstract });
  await listen("a socket that is a file", { path: join(outside, "socket") });
  await listen("a socket in the person's folder", { path: join(root, "socket") });
  return {
    port: (tcp.address() as AddressInfo).port,
    abstract,
    others: ["sessions", "drafts", "agents"].map((name) => join(storage, name, "another")),
    reached: () => [...found].toSorted(),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
