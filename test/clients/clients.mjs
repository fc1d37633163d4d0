// The official TypeScript clients that hosts embed, each opened over stdio under one name.
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { StdioClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Client as SecondClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as SecondTransport } from '@modelcontextprotocol/client/stdio';

const self = { name: 'rekey-test-client', version: '1.0.0' };

const kinds = {
  'sdk-1': {
    client: capabilities => new FirstClient(self, { capabilities }),
    transport: server => new FirstTransport(server),
    call: (client, request, options) => client.callTool(request, undefined, options),
    elicitation: ElicitRequestSchema,
  },
  'sdk-2-legacy': secondWith('legacy'),
  'sdk-2-modern': secondWith({ pin: '2026-07-28' }),
};

function secondWith(mode) {
  return {
    client: capabilities => new SecondClient(self, { capabilities, versionNegotiation: { mode } }),
    transport: server => new SecondTransport(server),
    call: (client, request, options) => client.callTool(request, options),
    elicitation: 'elicitation/create',
  };
}

/**
 * Starts the server and connects; `transportErrors` fills with what arrives on stdout and is no JSON-RPC message. With `opensPages` the
 * client can be asked to open a page for its user: what `opensPages` does with each request is its answer.
 */
export async function open(kind, server, opensPages) {
  const { client: create, transport: start, call, elicitation } = kinds[kind] ?? unknown(kind);
  const client = create(opensPages ? { elicitation: { url: {} } } : {});
  if (opensPages) {
    client.setRequestHandler(elicitation, request => opensPages(request.params));
  }
  const transport = start({ ...server, stderr: 'pipe' });
  const transportErrors = [];
  let stderr = '';
  transport.stderr.on('data', chunk => stderr += chunk);
  client.onerror = error => transportErrors.push(error.message);
  try {
    await client.connect(transport);
  } catch (error) {
    throw new Error(`${error.message}\n${stderr}`, { cause: error });
  }
  return {
    pid: transport.pid,
    transportErrors,
    server: client.getServerVersion(),
    log: () => stderr,
    listTools: async () => (await client.listTools()).tools,
    call: (request, options) => call(client, request, options),
    close: () => client.close(),
  };
}

function unknown(kind) {
  throw new Error(`no client '${kind}': ${Object.keys(kinds).join(', ')}`);
}
