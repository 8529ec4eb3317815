import { defineConfig } from 'vite';

/** The tools of developers that run for hours: compiled like the program itself (main/vite.config.ts), not under the test runner. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: `${import.meta.dirname}/../dist/test`,
    emptyOutDir: false,
    sourcemap: true,
    minify: false,
    target: 'node20',
    rolldownOptions: {
      input: {
        'fuzz/fuzz': `${import.meta.dirname}/fuzz/fuzz.ts`,
        'bench/bench': `${import.meta.dirname}/bench/bench.ts`,
      },
      external: ['ws'],
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
  ssr: { noExternal: ['valibot', 'commander'] },
});
