// Drives one MCP server over stdio with an official client. Standard input holds a plan, standard output gets the report, one line:
//   { "client": "sdk-1", "server": { "command", "args", "env" }, "steps": { "first look": { "do": "call", "tool", "arguments" }, ... } }
// With "user" ("accept" or "decline") the client can be asked to open pages: the user opens them, or does not want to.
// With "stay" the client reports and keeps its session until somebody ends it.
import { text } from 'node:stream/consumers';
import { open } from './clients.mjs';
import { run } from './steps.mjs';
import { userWho } from './user.mjs';

const plan = JSON.parse(await text(process.stdin));
const user = plan.user && userWho(plan.user);
const session = await open(plan.client, plan.server, user?.asked);
const report = { pid: session.pid, server: session.server, tools: await session.listTools(), steps: {}, pages: user?.pages };
for (const [name, step] of Object.entries(plan.steps ?? {})) {
  report.steps[name] = await run(session, step, report.steps);
}
if (!plan.stay) {
  await session.close();
}
console.log(JSON.stringify({ ...report, log: session.log(), transportErrors: session.transportErrors }));
