// Runs a TypeScript module of this project in plain Node: node test/support/run-ts.mjs FILE [ARGUMENT …]
import { runnerImport } from 'vite';

const [file] = process.argv.splice(2, 1);
await runnerImport(file, { configFile: false, logLevel: 'error' });
