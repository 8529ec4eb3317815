import { appendFileSync } from 'node:fs';

/** What was compared on one kernel, and how much of it came out as predicted. */
export interface KernelRow {
  readonly kernel: string;
  readonly what: string;
  readonly exact: number;
  readonly all: number;
}

/** Adds a line to the table of `npm run test:kernels`; without it, nobody wants one. */
export function addKernelRow(row: KernelRow): void {
  const file = process.env['UNTORN_KERNEL_TABLE'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
