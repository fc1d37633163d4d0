// What a plan can ask for. Every step answers with what the client saw: a result, or what it threw.
import { rename, writeFile } from 'node:fs/promises';
import { browse } from './user.mjs';

const steps = {
  /** Calls a tool and collects its progress notifications. */
  async call(session, { tool, arguments: given = {} }) {
    const progress = [];
    const outcome = await observe(session.call({ name: tool, arguments: given }, { onprogress: p => progress.push(p) }));
    return { ...outcome, progress };
  },

  /** Calls a tool and cancels the call at its first progress notification. */
  async cancel(session, { tool, arguments: given = {} }) {
    const progress = [];
    const abort = new AbortController();
    const onprogress = p => { progress.push(p); abort.abort('the user changed their mind'); };
    const outcome = await observe(session.call({ name: tool, arguments: given }, { onprogress, signal: abort.signal }));
    return { ...outcome, progress };
  },

  /** Calls a tool several times at once; `results` has what came of each. */
  async together(session, { tool, arguments: given = {}, times }) {
    const calls = Array.from({ length: times }, () => observe(session.call({ name: tool, arguments: given })));
    return { results: await Promise.all(calls) };
  },

  /** Opens the page that the result of an earlier step shows, as its user would. */
  async open(_, { shownBy }, taken) {
    await browse(taken[shownBy].result.structuredContent.url);
    return {};
  },

  /** Asks the test to act on the world outside, and goes on when it has. */
  async act(_, { url }) {
    const answer = await fetch(url);
    if (!answer.ok) {
      throw new Error(`the test could not act: ${await answer.text()}`);
    }
    return {};
  },

  /** Replaces a file whole, as a secret manager's agent does. */
  async write(_, { path, text }) {
    await writeFile(`${path}.next`, text, { mode: 0o600 });
    await rename(`${path}.next`, path);
    return {};
  },
};

export async function run(session, step, taken) {
  const act = steps[step.do] ?? (() => { throw new Error(`no step '${step.do}': ${Object.keys(steps).join(', ')}`); });
  return act(session, step, taken);
}

async function observe(call) {
  try {
    return { result: await call };
  } catch (error) {
    return { thrown: { name: error?.name, code: error?.code, message: error?.message ?? String(error) } };
  }
}
