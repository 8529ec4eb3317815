#!/usr/bin/env node
/**
 * What is checked on other kernels, and a table of it: `node tools/kernels.mjs 6.18 7.3`. For each, in QEMU: the rules of
 * atomic writes on NVMe, cell by cell, and random plans, step by step and extent by extent; then a few power cuts are rehearsed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const kernels = process.argv.slice(2);
const folder = mkdtempSync(path.join(os.tmpdir(), 'untorn-kernels-'));
const table = path.join(folder, 'table.jsonl');
writeFileSync(table, '');

const run = (program, args, env = {}) =>
  spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1;

run(process.execPath, ['tools/sandbox.mjs', 'qemu', ...kernels]);
const status = run(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    ...['run', '--project', 'machine', '--reporter=verbose'],
    ...['test/atomic/matrix.test.ts', 'test/kernel/guests.test.ts', 'test/torn/rehearsal.test.ts'],
  ],
  {
    UNTORN_MATRIX: kernels.join(','),
    UNTORN_KERNELS: kernels.join(','),
    UNTORN_KERNEL_TABLE: table,
  },
);
const rows = readFileSync(table, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });

const asked = kernels.filter((name) => !rows.some(({ kernel }) => kernel.startsWith(`${name}.`)));
const lines = [
  ['kernel', 'what', 'as predicted'],
  ...rows
    .sort((left, right) => left.kernel.localeCompare(right.kernel, 'en', { numeric: true }))
    .map(({ kernel, what, exact, all }) => [kernel, what, `${exact} of ${all}`]),
  ...asked.map((name) => [name, 'nothing', 'skipped: not installed']),
];
const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column].length)));
for (const line of lines)
  console.log(
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
process.exitCode = status;
