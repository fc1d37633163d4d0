// The smallest MCP server, in the place of a Rekey that cannot be started. Clients hide what a server prints that ends, and their users read
// no more than "failed to connect"; this one connects, in both eras of the protocol, and says what to do.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const commandNotFound = 127;
const modern = '2026-07-28';
const legacy = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
const meta = { era: 'io.modelcontextprotocol/protocolVersion', server: 'io.modelcontextprotocol/serverInfo' };

export function standIn(advice) {
  process.stderr.write(`${advice}\n`);
  process.exitCode = commandNotFound;
  const methods = methodsWith(advice);
  createInterface({ input: process.stdin }).on('line', line => {
    const reply = answer(line, methods);
    if (reply) {
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...reply })}\n`);
    }
  });
}

function methodsWith(advice) {
  const { version } = JSON.parse(readFileSync(new URL('../.claude-plugin/plugin.json', import.meta.url)));
  const serverInfo = { name: 'rekey', title: 'Rekey (cannot be started)', version };
  const about = { capabilities: { tools: {} }, instructions: `Tell the user: ${advice}` };
  const tool = {
    name: 'how_to_install_rekey',
    description: 'Rekey cannot be started, so its tools are not here. Says what the user has to do.',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    annotations: { readOnlyHint: true, openWorldHint: false },
  };
  const fresh = { ttlMs: 0, cacheScope: 'private' };
  return {
    'initialize': ({ protocolVersion: asked }) => ({ ...about, serverInfo, protocolVersion: legacy.includes(asked) ? asked : legacy[0] }),
    'server/discover': () => ({ ...about, ...fresh, supportedVersions: [modern], _meta: { [meta.server]: serverInfo } }),
    'ping': () => ({}),
    'tools/list': () => ({ tools: [tool], ...fresh }),
    'tools/call': ({ name }) => name === tool.name ? { content: [{ type: 'text', text: advice }] } : undefined,
  };
}

function answer(line, methods) {
  const request = parse(line);
  if (!request) {
    return { id: null, error: { code: -32700, message: 'This is not JSON.' } };
  }
  const { id, method, params } = request;
  if (id === undefined || typeof method !== 'string') {
    return undefined; // a notification asks for no answer
  }
  const asked = params?._meta?.[meta.era];
  if (asked !== undefined && asked !== modern) {
    return { id, error: { code: -32022, message: 'This version of the protocol is not spoken here.', data: { supported: [modern], requested: asked } } };
  }
  if (!Object.hasOwn(methods, method)) {
    return { id, error: { code: -32601, message: 'There is no such method.' } };
  }
  const result = methods[method](params ?? {});
  return result ? { id, result: { ...result, resultType: 'complete' } } : { id, error: { code: -32602, message: 'There is no such tool.' } };
}

function parse(line) {
  try {
    return Object(JSON.parse(line));
  } catch {
    return undefined;
  }
}
