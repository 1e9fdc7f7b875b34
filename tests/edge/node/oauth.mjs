// The official TypeScript SDK against a wiki: reads, is challenged at the first write, signs in, writes.
// Prints what it needs as JSON lines; the person's answer (where the browser was sent) comes on stdin.
import { createInterface } from "node:readline";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const url = new URL(process.argv[2]);
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (what) => console.log(JSON.stringify(what));

class Provider {
  redirectUrl = "http://127.0.0.1:33418/callback";
  clientMetadata = {
    redirect_uris: [this.redirectUrl],
    client_name: "TypeScript SDK",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
  clientInformation() { return this.client; }
  saveClientInformation(client) { this.client = client; }
  tokens() { return this.kept; }
  saveTokens(tokens) { this.kept = tokens; say({ tokens: Object.keys(tokens).sort() }); }
  invalidateCredentials(which) {
    if (which === "tokens" || which === "all") this.kept = undefined;
    if (which === "client" || which === "all") this.client = undefined;
  }
  redirectToAuthorization(address) { say({ authorize: String(address) }); }
  saveCodeVerifier(verifier) { this.verifier = verifier; }
  codeVerifier() { return this.verifier; }
}

const provider = new Provider();

async function write(path) {
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  const client = new Client({ name: "typescript", version: "1" });
  try {
    await client.connect(transport);
    const done = await client.callTool({ name: "write_page", arguments: { path, content: path } });
    say({ written: path, failed: Boolean(done.isError) });
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error;
    const { value } = await answers.next();
    if (value === "give up") { say({ cutOff: path }); return; }
    await transport.finishAuth(new URL(value).searchParams.get("code"));
    await write(path);
  } finally {
    await client.close();
  }
}

const client = new Client({ name: "typescript", version: "1" });
await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }));
const read = await client.callTool({ name: "read_page", arguments: { path: "home" } });
say({ read: !read.isError });
await client.close();
for await (const line of { [Symbol.asyncIterator]: () => answers }) {
  if (line === "end") break;
  await write(line);
}
process.exit(0);
