/** 100,000 malformed messages on the helper's pipe: refused, nothing executed, nothing crashed. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Payload, verbs } from '../../main/privilege/frames.ts';
import { whyNotProgram, whyNotRoot } from '../support/machine.ts';
import { Pipe } from './pipe.ts';
import { LabFolder } from './stage.ts';
import { helper, nobody } from './user.ts';

const reason =
  whyNotRoot() ||
  whyNotProgram('mkfs.ext4') ||
  (helper === '' ? 'skipped: no helper (npm run build:native)' : false);
const messages = Number(process.env['UNTORN_MALFORMED'] ?? '100000');

/** The second one watches itself for mistakes with memory: UNTORN_SANITIZE=1 npm run build:native. */
const programs = [helper, path.resolve('native/build/untorn-helper-watched')];

/** A generator of its own, so that a red run can be repeated (splitmix32). */
class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % limit;
  }
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}

/** Requests that would be fine, were the numbers in them those of anything. */
function wellFormed(random: Random, folder: string): readonly [verb: number, payload: Payload] {
  const id = 1000 + random.below(2 ** 31);
  const all: readonly (readonly [number, Payload])[] = [
    [verbs.undo, new Payload().u32(id).flag(true)],
    [verbs.attach, new Payload().u32(id).text('image').u32(512).flag(false).u8(2)],
    [verbs.claim, new Payload().text('/dev/sda').text('/dev/sdb').flag(true)],
    [verbs.read, new Payload().u32(id).u64(0).u32(4096)],
    [verbs.format, new Payload().u32(id).text('ext4').u8(2).text('-b').text('4096')],
    [verbs.mount, new Payload().u32(id).u32(id).text('ext4').text('mount').text('commit=5')],
    [verbs.shutDown, new Payload().u32(id).u32(2)],
    [verbs.journalWaitsIn, new Payload().u32(id)],
    [verbs.countBuddies, new Payload().u32(id)],
    [verbs.watch, new Payload().u32(id).u32(1)],
    [verbs.watched, new Payload().u32(id)],
    [
      verbs.trace,
      new Payload()
        .u32(id)
        .u32(id)
        .flag(true)
        .u32(64)
        .u32(64)
        .flag(true)
        .u8(1)
        .text('ext4_x')
        .flag(true)
        .u8(0),
    ],
    [verbs.traceMark, new Payload().u32(id).text('mark')],
    [verbs.traceRead, new Payload().u32(id)],
    [verbs.traceLost, new Payload().u32(id)],
    [verbs.traceStop, new Payload().u32(id)],
    [verbs.openFolder, new Payload().text(`${folder}/image`)],
    [verbs.undoLeftovers, new Payload().text('/etc')],
    [verbs.attachRecorder, new Payload().u32(id).text('recorder')],
    [verbs.flush, new Payload().u32(id)],
    [verbs.survey, new Payload().text(folder).text('there-is-none')],
    [verbs.look, new Payload().u32(id).u64(0).u32(4096)],
    [verbs.deviceStep, new Payload().u32(id).u8(0).u64(0).u64(4096).u32(1).flag(true).u32(0)],
    [verbs.hello, new Payload().u32(0x4e544e55).u16(1).u32(60_000).u32(0)],
  ];
  return all[random.below(all.length)] as readonly [number, Payload];
}

/** One message that no client sends, as the bytes behind the length. */
function malformed(random: Random, folder: string): Buffer {
  const [verb, payload] = wellFormed(random, folder);
  const whole = payload.frame(random.below(2 ** 31), verb).subarray(4);
  switch (random.below(5)) {
    case 0: // no verb at all
      return Buffer.concat([
        whole.subarray(0, 4),
        Buffer.from([Object.keys(verbs).length + 1 + random.below(200)]),
        random.bytes(random.below(64)),
      ]);
    case 1: // cut off
      return whole.subarray(0, 5 + random.below(Math.max(1, whole.length - 5)));
    case 2: // with something behind it
      return Buffer.concat([whole, random.bytes(1 + random.below(32))]);
    case 3: {
      // a few bytes of it are others
      const changed = Buffer.from(whole);
      for (let i = random.below(4); i >= 0; i--)
        changed[5 + random.below(changed.length - 5)] = random.below(256);
      return changed;
    }
    default: // well-formed, about what is not there
      return whole;
  }
}

describe.skipIf(reason)(`malformed messages${reason ? ` (${reason})` : ''}`, () => {
  let lab: LabFolder;

  beforeEach(async () => {
    lab = await LabFolder.make();
  });
  afterEach(async () => {
    await lab.settled();
    lab.remove();
  });

  const environment = { SUDO_UID: String(nobody.uid), ASAN_OPTIONS: 'detect_leaks=0' };

  for (const program of programs) {
    const name = path.basename(program);
    const missing = existsSync(program) ? '' : ' (skipped: UNTORN_SANITIZE=1 npm run build:native makes it)';
    it.skipIf(missing !== '')(`do nothing, ${messages} of them: ${name}${missing}`, async () => {
      const pipe = new Pipe([program], environment);
      expect(await pipe.greet(300_000)).toMatchObject({ status: 0 });
      const random = new Random(20_261_122);
      const accepted: string[] = [];
      const statuses = [0, 0, 0, 0];
      const batch = 500;
      for (let done = 0; done < messages; done += batch) {
        const frames = Array.from({ length: batch }, () => malformed(random, lab.path));
        for (const frame of frames) {
          const length = Buffer.alloc(4);
          length.writeUInt32LE(frame.length);
          pipe.write(Buffer.concat([length, frame]));
        }
        for (const frame of frames) {
          const answer = await pipe.next();
          if (answer === null) throw new Error(`the helper has gone: ${pipe.complaint}`);
          expect(answer.id).toBe(frame.readUInt32LE(0));
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          if (answer.status === 0) accepted.push(frame.toString('hex'));
        }
      }
      expect(accepted).toEqual([]);
      expect(statuses.reduce((sum, count) => sum + count)).toBe(messages);
      expect(Math.min(...statuses.slice(1))).toBeGreaterThan(0);
      expect(lab.leftBehind()).toEqual([]);

      // It still works, and had nothing open.
      expect(await pipe.ask(verbs.openFolder, new Payload().text(lab.path))).toMatchObject({ status: 0 });
      expect(await pipe.ask(verbs.bye)).toMatchObject({ status: 0 });
      expect(await pipe.ended()).toBe(0);
      expect(pipe.complaint).toBe('');
    });
  }

  it.each([0, 1, 4, 2 ** 20 + 65, 2 ** 31, 2 ** 32 - 1])('whose length is %i end it', async (length) => {
    const pipe = new Pipe([helper], environment);
    await pipe.greet(60_000);
    const bytes = Buffer.alloc(64, 7);
    bytes.writeUInt32LE(length);
    pipe.write(bytes);
    expect(await pipe.next()).toMatchObject({ id: 0, status: 3 });
    expect(await pipe.next()).toBeNull();
    expect(await pipe.ended()).toBe(2);
  });

  it('before the greeting are refused', async () => {
    const pipe = new Pipe([helper], environment);
    expect(await pipe.ask(verbs.openFolder, new Payload().text(lab.path))).toMatchObject({ status: 1 });
    expect(await pipe.ask(verbs.alive)).toMatchObject({ status: 0 });
    pipe.process.stdin.end();
    expect(await pipe.ended()).toBe(0);
  });
});
