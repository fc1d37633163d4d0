// The command that BROWSER names in tests: a browser whose human agrees to everything.
import { browse } from './user.mjs';

await browse(process.argv[2]);
