import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const compressible = /\.(js|css|html)$/;

/**
 * Puts a compressed copy beside each text: for `untorn serve`, whose page often comes through a tunnel. Of what was written, since
 * vite changes the code of a chunk until then.
 */
const compressed: Plugin = {
  name: 'untorn-compressed',
  writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      const path = join(dir, fileName);
      if (compressible.test(fileName))
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    }
  },
};

/** The interface: one page for the browser and the desktop app, with no address of any other machine in it. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [svelte(), compressed],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome120',
  },
});
