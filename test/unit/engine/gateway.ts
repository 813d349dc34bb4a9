/**
 * A gateway in front of a model on this machine: it knows one path and one way to show a key, and shows a key of its own behind it.
 */
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  url: string;
  headers: IncomingHttpHeaders;
}

export interface Gateway {
  endpoint: string;
  /** Every request, also those that were refused. */
  seen: readonly Seen[];
  close(): Promise<void>;
}

export interface GatewayOptions {
  /** Before `/v1/messages`; "" for none. */
  path: string;
  allows: (headers: IncomingHttpHeaders) => boolean;
  model: { port: number; token: string };
}

export async function openGateway({ path, allows, model }: GatewayOptions): Promise<Gateway> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    const below = request.url?.startsWith(`${path}/`) ? request.url.slice(path.length) : null;
    if (below === null || !allows(request.headers)) {
      request.resume();
      response.writeHead(below === null ? 404 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify({ type: "error", error: { type: "authentication_error", message: "no" } }));
      return;
    }
    const { authorization: _, host: __, ...headers } = request.headers;
    const to = { host: "127.0.0.1", port: model.port, path: below, method: request.method };
    const onwards = httpRequest({ ...to, headers: { ...headers, "x-api-key": model.token } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
