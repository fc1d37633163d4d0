// Starts `rekey serve` in the place of this process: its streams are Rekey's own, its signals are passed on, its end is Rekey's end.
// It downloads nothing, starts nothing else, and no shell reads a path.
import { spawn } from 'node:child_process';
import { findRekey } from './find.mjs';
import { standIn } from './stand-in.mjs';

const advice = {
  missing: 'Rekey is not installed. In a checkout of its repository run scripts/pack and then '
    + '`dotnet tool install --global Rekey --add-source ./artifacts/package/release`, or set REKEY_BIN to the full path of the program. '
    + 'Then reconnect this server with /mcp.',
  misnamed: 'REKEY_BIN does not hold the full path of a program. Correct or remove it, and start the client again.',
  unusable: path => `${path} could not be started. Install Rekey again, then reconnect this server with /mcp.`,
};
const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'];

const path = findRekey();
if (path) {
  run(path);
} else {
  standIn(process.env.REKEY_BIN ? advice.misnamed : advice.missing);
}

function run(command) {
  let rekey;
  const passOn = signal => rekey?.kill(signal);
  const alone = () => signals.forEach(signal => process.off(signal, passOn));
  const refused = () => { alone(); standIn(advice.unusable(command)); };

  signals.forEach(signal => process.on(signal, passOn));
  try {
    rekey = spawn(command, ['serve'], { stdio: 'inherit', windowsHide: true });
  } catch {
    refused(); // some systems say so at once
    return;
  }
  rekey.once('error', () => rekey.pid === undefined && refused());
  rekey.once('exit', (code, signal) => {
    alone();
    if (signal) {
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code;
    }
  });
}
