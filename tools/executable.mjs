/** Lets a built program be started by its name: `node tools/executable.mjs FILE …`. The compiler leaves modes alone. */
import { chmodSync } from 'node:fs';

for (const file of process.argv.slice(2)) chmodSync(file, 0o755);
