import { once } from "node:events";
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";

export interface HttpResponse {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** To be read, or destroyed. */
  readonly body: IncomingMessage;
}

export interface HttpGet {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The proxy for an address; undefined to go there directly. */
  readonly proxyFor: (url: URL) => URL | undefined;
  /** Called with every address before it is asked, those of redirects included; throws to refuse it. */
  readonly check: (url: URL) => void;
}

/** As many as browsers allow. */
const MAX_REDIRECTS = 20;

/**
 * A GET request that follows redirects. It stands in for fetch, which takes no proxy in Node 20.
 *
 * @throws Error when nobody answers, or what `check` throws
 */
export async function httpGet(address: string, options: HttpGet): Promise<HttpResponse> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    options.check(url);
    const body = await answerOf(await send(url, options));
    const { statusCode: status = 0, statusMessage: statusText = "", headers } = body;
    const location = headers.location;
    if (status < 300 || status > 308 || status === 304 || location === undefined) {
      return { url, status, statusText, headers, body };
    }
    body.destroy();
    url = new URL(location, url);
  }
  throw new Error("the server redirects in a circle");
}

async function send(url: URL, { headers, signal, proxyFor }: HttpGet): Promise<ClientRequest> {
  if (url.protocol === "http:") return httpRequest(url, { headers, signal }).end();
  const proxy = proxyFor(url);
  if (proxy === undefined) return httpsRequest(url, { headers, signal, agent: false }).end();
  const tunnel = await openTunnel(proxy, url, signal);
  const servername = url.hostname;
  const createConnection = () => tlsConnect({ socket: tunnel, servername, ALPNProtocols: ["http/1.1"] });
  // Without an agent: one would make the connection its own way.
  return httpsRequest(url, { headers, signal, createConnection }).end();
}

/** The proxy only forwards bytes: what is in them stays between us and the server. */
async function openTunnel(proxy: URL, target: URL, signal: AbortSignal): Promise<Socket> {
  const authority = `${target.hostname}:${target.port || 443}`;
  const request = (proxy.protocol === "https:" ? httpsRequest : httpRequest)({
    host: proxy.hostname,
    port: proxy.port || (proxy.protocol === "https:" ? 443 : 80),
    method: "CONNECT",
    path: authority,
    headers: { host: authority, ...credentialsOf(proxy) },
    agent: false,
    signal,
  }).end();
  const connected = once(request, "connect", { signal }).then(([response, socket]) => ({ response, socket }));
  const { response, socket } = await connected.catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new Error(`the proxy ${proxy.host} cannot be reached`, { cause });
  });
  if (response.statusCode !== 200) {
    socket.destroy();
    throw new Error(`the proxy ${proxy.host} answered ${response.statusCode} ${response.statusMessage}`.trim());
  }
  return socket;
}

function credentialsOf({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(plain).toString("base64")}` };
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    // Stays for later ones: a connection that breaks while the body is read must not end the process.
    request.on("error", reject);
  });
}

/**
 * Which proxy the environment asks for, in the usual variables' usual meaning.
 *
 * @param httpsProxy `http://proxy:3128`, or without the scheme
 * @param noProxy hosts to reach directly, separated by commas: `example.org` with its subdomains, `host:port`, or `*`
 */
export function proxyFromEnvironment(httpsProxy: string | undefined, noProxy = ""): (url: URL) => URL | undefined {
  if (!httpsProxy) return () => undefined;
  const proxy = new URL(httpsProxy.includes("://") ? httpsProxy : `http://${httpsProxy}`);
  const exceptions = noProxy
    .split(/[\s,]+/u)
    .map((entry) => entry.toLowerCase().replace(/^\*?\./u, ""))
    .filter((entry) => entry !== "");
  return (url) => {
    const direct = exceptions.some((entry) => {
      if (entry === "*") return true;
      const [host = "", port] = entry.split(":");
      const portFits = port === undefined || port === (url.port || "443");
      return portFits && (url.hostname === host || url.hostname.endsWith(`.${host}`));
    });
    return direct ? undefined : proxy;
  };
}
