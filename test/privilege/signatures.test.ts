/** What the helper takes for somebody's data, and what for a free disk (docs/privilege.md): the same as main/lab/block does. */
import { closeSync, fsyncSync, openSync, truncateSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillUnit } from '../../core/torn/index.ts';
import { bytesOf, placesOf, signatureOn } from '../../main/lab/block/signature.ts';
import { signatures } from '../../main/lab/block/signatures.ts';
import { attachLoop, detachLoop } from '../../main/native/index.ts';
import { Helper } from '../../main/privilege/index.ts';
import { LabFolder } from './stage.ts';
import { allowHelper, startAsUser, whyNoUser } from './user.ts';

const reason = whyNoUser();
/** Odd on purpose: what lies at the end does so at whole blocks of its own size. */
const sizeBytes = 5 * 2 ** 20 + 3 * 4096 + 1536;

describe.skipIf(reason)(`a disk${reason ? ` (${reason})` : ''}`, () => {
  let takeBack: () => void = () => undefined;
  let helper: Helper;
  let lab: LabFolder;
  let device = '';

  beforeAll(async () => {
    takeBack = allowHelper();
    lab = await LabFolder.make();
    truncateSync(lab.file('disk'), sizeBytes);
    const loop = await attachLoop(lab.file('disk'));
    closeSync(loop.descriptor);
    device = loop.path;
    helper = await Helper.start(startAsUser);
  });
  afterAll(async () => {
    try {
      await helper.close();
      await detachLoop(device);
    } finally {
      lab.remove();
      takeBack();
    }
  });

  function write(place: number, bytes: Buffer): void {
    const file = openSync(device, 'r+');
    try {
      writeSync(file, bytes, 0, bytes.length, place);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** What the helper says is on it; null where it takes the disk. */
  async function helperSees(): Promise<string | null> {
    try {
      const { id } = await helper.claim(device, device, { overwrite: false });
      await helper.undo(id);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async function labSees(): Promise<string | null> {
    const file = await open(device, 'r');
    try {
      return await signatureOn(file, sizeBytes);
    } finally {
      await file.close();
    }
  }

  async function expectFree(): Promise<void> {
    expect(await labSees()).toBeNull();
    expect(await helperSees()).toBeNull();
  }

  it.each(signatures.map((signature) => ({ ...signature, signature })))(
    'with the magic number of $name at its $from',
    async ({ name, signature }) => {
      for (const place of placesOf(signature, sizeBytes)) {
        for (const magic of signature.magics.map(bytesOf)) {
          write(place, magic);
          expect(await labSees()).toBe(name);
          expect(await helperSees()).toContain(`${device} holds ${name}`);
          write(place, Buffer.alloc(magic.length));
        }
      }
    },
  );

  it('of zeros is free', expectFree);

  it('of random bytes is free', async () => {
    const bytes = Buffer.alloc(sizeBytes);
    let state = 1;
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bytes.writeUInt32LE((state ^ (state >>> 15)) >>> 0, at);
    }
    write(0, bytes);
    await expectFree();
  });

  it('of our own stamps is free', async () => {
    const unit = Buffer.alloc(65536);
    for (let address = 0; address + unit.length <= sizeBytes; address += unit.length) {
      const stamp = { writer: 1, generation: 1 + address / unit.length, address, bytes: unit.length };
      fillUnit(unit, { run: 0x0123456789abcdefn, ...stamp, blockBytes: 512 });
      write(address, unit);
    }
    await expectFree();
  });
});
