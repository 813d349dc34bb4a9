/**
 * Obstacles: a disk that fills, somebody who should not be called, and a list of everybody who is.
 */
import { createServer, Socket, type AddressInfo } from "node:net";
import { realDisk, type Disk } from "../../src/memory/index.ts";

/** The machine's disk, until it is full. */
export function diskThatFills(): Disk & { full: boolean } {
  const disk = {
    full: false,
    async open(path: string, how: "create" | "write" | "read") {
      const file = await realDisk.open(path, how);
      return {
        ...file,
        write: async (bytes: Uint8Array, at: number) => {
          if (disk.full) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
          return file.write(bytes, at);
        },
      };
    },
    syncFolder: (path: string) => realDisk.syncFolder(path),
    replace: (path: string, by: string) => realDisk.replace(path, by),
    remove: (path: string) => realDisk.remove(path),
  };
  return disk;
}

/** Somebody who listens on this machine and counts who calls. */
export async function canaryServer(): Promise<{ address: string; connections(): number; close(): Promise<void> }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => count,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

/** Every address that this process begins to connect to. */
export function connectionsMade(): Disposable & { addresses: string[] } {
  const addresses: string[] = [];
  // eslint-disable-next-line @typescript-eslint/unbound-method -- It is called with its own `this` below.
  const connectOf = Socket.prototype.connect;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
    const options = (Array.isArray(given[0]) ? (given[0] as unknown[])[0] : given[0]) as {
      host?: string;
      port?: number;
      path?: string;
    };
    // A path is a socket of this machine's own, on which the editor talks to itself.
    if (options.path === undefined) addresses.push(`${options.host}:${options.port}`);
    return Reflect.apply(connectOf, this, given) as Socket;
  };
  return { addresses, [Symbol.dispose]: () => void (Socket.prototype.connect = connectOf) };
}
