import { defineConfig } from 'vite';

/** The programs that are started by name; everything they share lies beside them in chunks/. */
const programs = [
  'cli/untorn',
  'cli/demo',
  // Of packaging/before-pack.mjs.
  'cli/shipped',
  'electron/entry',
  'predict/worker',
  'sandbox/guest/entry',
  // Of tools/sandbox.mjs.
  'sandbox/index',
];

/**
 * The privileged room as a few files instead of hundreds: a command that is over in a moment would otherwise spend that
 * moment looking for modules, most of all in a guest that reads them over hostfs.
 */
export default defineConfig({
  build: {
    ssr: true,
    outDir: `${import.meta.dirname}/../dist/main`,
    // Not emptied: a program that is running still loads parts of it.
    emptyOutDir: false,
    sourcemap: true,
    minify: false,
    target: 'node20',
    rolldownOptions: {
      input: Object.fromEntries(programs.map((name) => [name, `${import.meta.dirname}/${name}.ts`])),
      external: ['electron', 'ws'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
  ssr: { noExternal: ['valibot', 'commander'] },
});
