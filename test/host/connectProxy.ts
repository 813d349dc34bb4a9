/**
 * A world behind a proxy: a model with a certificate of its own authority, at a name that only the proxy knows.
 *
 * The model's server takes what comes through a tunnel of the proxy and drops everything else.
 */
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, request as httpRequest } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";

/** What the name is, for the proxy; in the system's names there is none. */
export const modelName = "model.countersign.invalid";

export interface ProxyWorld {
  /** Address of the proxy. */
  proxy: string;
  /** Port at which the model would be, for who goes past the proxy. */
  port: number;
  /** What the proxy was asked for. */
  asked: { to: string; authorization: string | undefined }[];
  /** Who came to the model's server. */
  came: { throughTunnel: number; past: number };
  close(): Promise<void>;
}

export interface ProxyWorldOptions {
  /** Port of the model on this machine that stands behind the server. */
  model: number;
  /** Folder of the certificates. */
  certificates: string;
  /** Whose authority's certificate the server shows. */
  shows?: "known" | "unknown";
  /** Answers instead of a tunnel: a status; for 407 only until the right name and password come. */
  refuses?: { status: number; text: string; unless?: string };
}

export async function openProxyWorld(options: ProxyWorldOptions): Promise<ProxyWorld> {
  const { certificates, shows = "known", refuses, model } = options;
  const read = (name: string): Buffer => readFileSync(join(certificates, name));
  const tunnels = new WeakSet<Socket>();
  const sockets = new Set<Socket>();
  const came = { throughTunnel: 0, past: 0 };
  const asked: ProxyWorld["asked"] = [];
  const server = createHttpsServer({ key: read(`${shows}.key`), cert: read(`${shows}.pem`) }, (request, response) => {
    const to = { host: "127.0.0.1", port: model, path: request.url, method: request.method };
    const onwards = httpRequest({ ...to, headers: { ...request.headers, host: `127.0.0.1:${model}` } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  });
  server.on("connection", (socket: Socket) => {
    const known = tunnels.has(socket);
    came[known ? "throughTunnel" : "past"]++;
    if (!known) socket.destroy();
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  const proxy = createHttpServer((request, response) => {
    asked.push({ to: `${request.method} ${request.url}`, authorization: undefined });
    response.writeHead(400).end();
  });
  proxy.on("connect", (request, client: Socket, head: Buffer) => {
    const authorization = request.headers["proxy-authorization"];
    asked.push({ to: request.url ?? "", authorization });
    sockets.add(client);
    client.on("error", () => {});
    if (refuses !== undefined && (refuses.unless === undefined || authorization !== refuses.unless)) {
      const sign = refuses.status === 407 ? 'Proxy-Authenticate: Basic realm="test"\r\n' : "";
      client.end(`HTTP/1.1 ${refuses.status} ${refuses.text}\r\n${sign}Content-Length: 0\r\n\r\n`);
      return;
    }
    if (request.url !== `${modelName}:443`) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    // The tunnel's other end is the server itself: what comes to its port in any other way came past the proxy.
    tunnels.add(client);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) client.unshift(head);
    server.emit("connection", client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    port,
    asked,
    came,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      proxy.closeAllConnections();
      await Promise.all([server, proxy].map((each) => new Promise((resolve) => each.close(resolve))));
    },
  };
}
