// The official TypeScript SDK against the MCP endpoint named by the first argument; prints what it saw as JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const client = new Client({ name: "typescript-test", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));

const call = (name, args) => client.callTool({ name, arguments: args });
const tools = (await client.listTools()).tools.map((tool) => tool.name);
const page = await call("read_page", { path: "home" });
const missing = await call("read_page", { path: "nowhere" });
const created = await call("write_page", { path: "By TypeScript", content: "# Hi\n", message: "From TypeScript" });
const completed = await client.complete({
  ref: { type: "ref/resource", uri: "wiki://page/{path}" },
  argument: { name: "path", value: "hom" },
});
const resource = await client.readResource({ uri: "wiki://page/Home" });

console.log(
  JSON.stringify({
    tools,
    page: page.structuredContent,
    same: JSON.stringify(page.structuredContent) === JSON.stringify(JSON.parse(page.content[0].text)),
    missing: { isError: missing.isError, code: JSON.parse(missing.content[0].text).code },
    created: created.structuredContent,
    completed: completed.completion.values,
    resource: resource.contents[0].text,
  }),
);
await client.close();
