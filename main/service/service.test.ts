import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUpService } from '../../test/support/laboratory.ts';

const bench = setUpService();

describe('host.info', () => {
  it('says where it is and what is possible', async () => {
    const info = await bench.connect().client.call('host.info', {}).result;
    expect(info).toMatchObject({
      version: '1.2.3',
      run: { possible: false, why: 'no root' },
      destructive: false,
    });
    expect(info.kernel).toMatch(/^Linux /);
  });
});

describe('examples.list', () => {
  it('lists plans in order, with their names', async () => {
    await writeFile(join(bench.folder, '2.json'), '{ broken');
    await writeFile(join(bench.folder, '1.json'), '{ "name": "one" }');
    await writeFile(join(bench.folder, 'README.md'), 'no plan');
    expect(await bench.connect().client.call('examples.list', {}).result).toEqual([
      { id: '1', title: 'one', text: '{ "name": "one" }' },
      { id: '2', title: '2', text: '{ broken' },
    ]);
  });
});
