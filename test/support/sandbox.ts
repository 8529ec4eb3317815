import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findKernels, type SandboxKernel } from '../../main/sandbox/index.ts';
import { useLoader } from '../../main/sandbox/kernel/loader.ts';

const guestProgram = 'dist/main/sandbox/guest/entry.js';

/** User Mode Linux, or why tests cannot run in it. */
export function umlOrReason(): { kernel: SandboxKernel | null; reason: string | false } {
  if (!existsSync(guestProgram)) return { kernel: null, reason: 'skipped: not built (npm run build:main)' };
  const kernel = findKernels().find(({ machine }) => machine === 'uml') ?? null;
  return { kernel, reason: kernel ? false : 'skipped: no User Mode Linux (untorn sandbox install uml)' };
}

/** A cache folder in `folder` that everybody can read, with User Mode Linux in it: the user's own may lie below /root. */
export function publicCache(kernel: SandboxKernel, folder: string): string {
  const cache = path.join(folder, 'cache');
  const root = path.join(cache, 'untorn/sandbox/uml');
  mkdirSync(root, { recursive: true });
  const from = path.resolve(path.dirname(kernel.path), '../..');
  cpSync(path.join(from, 'usr/bin'), path.join(root, 'usr/bin'), { recursive: true });
  cpSync(path.join(from, 'usr/lib'), path.join(root, 'usr/lib'), { recursive: true });
  const program = path.join(root, 'usr/bin/linux.uml');
  useLoader(program, path.join(root, 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'), `${program}.untorn`);
  return cache;
}

/** Command lines of processes that mention `text`, whoever runs them. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(text) ? [line] : [];
      } catch {
        return [];
      }
    });
}
