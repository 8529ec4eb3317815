import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectVersion } from '../project.ts';
import { buildProgram } from './program.ts';
import { bashCompletion } from './shipped/completion.ts';
import { manualPage } from './shipped/manual.ts';

/** `node dist/main/cli/shipped.js FOLDER DATE`: the manual page and the shell's completion, for a package. */
const [folder = '', date = ''] = process.argv.slice(2);
const version = projectVersion();
const program = buildProgram(version, () => undefined);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'untorn.1'), manualPage(program, version, date));
writeFileSync(join(folder, 'untorn.bash'), bashCompletion(program));
