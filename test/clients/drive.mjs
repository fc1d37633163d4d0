// Drives one MCP server over stdio with an official client. Standard input holds a plan, standard output the report:
//   { "client": "sdk-1", "server": { "command", "args", "env", "cwd" }, "steps": [{ "do": "call", "tool", "arguments" }, ...] }
import { text } from 'node:stream/consumers';
import { open } from './clients.mjs';
import { run } from './steps.mjs';

const plan = JSON.parse(await text(process.stdin));
const session = await open(plan.client, plan.server);
const report = { pid: session.pid, server: session.server, tools: await session.listTools(), steps: [] };
for (const step of plan.steps ?? []) {
  report.steps.push(await run(session, step));
}
await session.close();
console.log(JSON.stringify({ ...report, transportErrors: session.transportErrors }, undefined, 2));
