// What a plan can ask for. Every step answers with what the client saw: a result, or what it threw.
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const steps = {
  /** Calls a tool and collects its progress notifications. */
  async call(session, { tool, arguments: given = {} }) {
    const progress = [];
    const outcome = await observe(session.call({ name: tool, arguments: given }, { onprogress: p => progress.push(p) }));
    return { ...outcome, progress };
  },

  /** Calls a tool and cancels the call while it runs. */
  async cancel(session, { tool, arguments: given = {}, afterMilliseconds = 300 }) {
    const abort = new AbortController();
    const call = observe(session.call({ name: tool, arguments: given }, { signal: abort.signal }));
    const early = await Promise.race([call, pause(afterMilliseconds)]);
    abort.abort('the user changed their mind');
    return { endedEarly: early !== undefined, ...await call };
  },

  /** Replaces a file whole, as a secret manager's agent does. */
  async write(_, { path, text }) {
    await writeFile(`${path}.next`, text, { mode: 0o600 });
    await rename(`${path}.next`, path);
    return {};
  },
};

export async function run(session, step) {
  const act = steps[step.do] ?? (() => { throw new Error(`no step '${step.do}': ${Object.keys(steps).join(', ')}`); });
  return { do: step.do, ...await act(session, step) };
}

async function observe(call) {
  try {
    return { result: await call };
  } catch (error) {
    return { thrown: { name: error?.name, code: error?.code, message: error?.message ?? String(error) } };
  }
}
