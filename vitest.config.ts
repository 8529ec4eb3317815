import { defineConfig } from 'vitest/config';

/**
 * Two projects: what is pure and fast, in parallel; and what shares the machine's kernel (loop devices, mounts, a
 * browser), one file after the other, so that one test's foreign writes are not another's disturbance.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['core/**/*.test.ts', 'main/**/*.test.ts', 'renderer/**/*.test.ts'],
          testTimeout: 30_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: 'machine',
          include: ['test/**/*.test.ts'],
          // Ordinary users of Debian have no mkfs on their path.
          env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
          testTimeout: 300_000,
          expect: { poll: { timeout: 15_000 } },
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
