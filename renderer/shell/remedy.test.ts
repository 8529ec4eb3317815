import { expect, it } from 'vitest';
import { partsOfRemedy } from './remedy.ts';

const commands = (text: string) => partsOfRemedy(text).flatMap((part) => (part.command ? [part.text] : []));

it.each([
  ['mkfs.ext4 -O bigalloc -C 16384 /dev/nvme0n1p2', ['mkfs.ext4 -O bigalloc -C 16384 /dev/nvme0n1p2']],
  [
    'run "npm run build:native", or start it with sudo, or install a sandbox: untorn sandbox install uml',
    ['npm run build:native', 'untorn sandbox install uml'],
  ],
  ['Start it again with sudo untorn serve.', ['sudo untorn serve']],
  ['say "sudo -v" in this terminal first (UNTORN_PRIVILEGE=sudo)', ['sudo -v']],
  ['mount -o max_atomic_write=SIZE (a power of two)', ['mount -o max_atomic_write=SIZE']],
  ['mount with a larger max_atomic_write (the log must have room for it)', []],
  ['modprobe loop, or leave the container', ['modprobe loop']],
  ['name a file in it', []],
] as const)('finds what can be typed in %j', (text, expected) => {
  const written = partsOfRemedy(text).map((part) => part.text);
  expect(written.join('')).toBe(text.replaceAll('"', ''));
  expect(commands(text)).toEqual(expected);
});
