import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

const windows = process.platform === 'win32';
const program = windows ? 'rekey.exe' : 'rekey';

/**
 * The program: REKEY_BIN and nothing else where it is set, else what PATH leads to, else where dotnet installs its tools. Only full paths
 * count: any other would mean the working folder, and that may be a stranger's checkout.
 */
export function findRekey({ REKEY_BIN, PATH = '' } = process.env) {
  const paths = REKEY_BIN
    ? [REKEY_BIN]
    : [...PATH.split(delimiter).map(unquoted), join(home(), '.dotnet', 'tools')].map(folder => join(folder, program));
  return paths.find(path => isAbsolute(path) && isProgram(path));
}

// A container's user may have none.
function home() {
  try {
    return homedir();
  } catch {
    return '';
  }
}

// Windows allows quotes around a folder in PATH.
function unquoted(folder) {
  return windows ? folder.replaceAll('"', '') : folder;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
