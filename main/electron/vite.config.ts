import { defineConfig } from 'vite';

/** The preload script as one CommonJS file: a sandboxed preload can be nothing else, and can load nothing else. */
export default defineConfig({
  build: {
    lib: { entry: `${import.meta.dirname}/preload.ts`, formats: ['cjs'], fileName: () => 'preload.cjs' },
    outDir: `${import.meta.dirname}/../../dist/preload`,
    emptyOutDir: true,
    minify: false,
    target: 'chrome140',
    rolldownOptions: { external: ['electron'] },
  },
});
