// Uses a filesystem as programs do: node other-program.mjs FOLDER NAME. Says "ready" and holds its files until stdin ends.
import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';

const [root, name] = process.argv.slice(2);
const folder = path.join(root, `other-${name}`);
mkdirSync(folder);
const seed = [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
const held = [];

function write(file, bytes, { keep = false, sync = false } = {}) {
  const fd = openSync(path.join(folder, file), 'wx');
  for (let at = 0; at < bytes; at += 65536) {
    const piece = Math.min(65536, bytes - at);
    writeSync(fd, Buffer.alloc(piece, 1), 0, piece, at);
    if (sync && at % (65536 * 5) === 0) fsyncSync(fd);
  }
  if (sync) fsyncSync(fd);
  if (keep) held.push(fd);
  else closeSync(fd);
}

for (let i = 0; i < 12; i++) {
  const dice = (seed + i * 7919) % 97;
  write(`small${i}`, 1000 + dice * 500, { sync: dice % 2 === 0, keep: dice % 5 === 0 });
  if (i % 4 === 0) write(`log${i}`, 100_000 + dice * 9000, { sync: true, keep: true });
  if (i % 6 === 0) write(`large${i}`, (dice + 1) * 120_000, { keep: dice % 3 === 0 });
  if (i % 3 === 2) unlinkSync(path.join(folder, `small${i - 1}`));
}
console.log('ready');
process.stdin.resume();
process.stdin.on('end', () => held.forEach((fd) => closeSync(fd)));
