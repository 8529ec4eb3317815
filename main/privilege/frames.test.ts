import { describe, expect, it } from 'vitest';
import { Answer, FrameReader, Payload } from './frames.ts';

describe('frames', () => {
  it('are written as docs/privilege.md shows them', () => {
    const payload = new Payload().u32(1).text('image').u32(512).flag(false).u8(2);
    expect(payload.frame(7, 6).toString('hex')).toBe(
      // length, id, verb, folder, length of the name, name, blocks, direct, rotational
      ['16000000', '07000000', '06', '01000000', '0500', '696d616765', '00020000', '00', '02'].join(''),
    );
  });

  it('are found in whatever pieces they come', () => {
    const frames = [
      new Payload().text('ü').frame(1, 4),
      new Payload().frame(2, 3),
      new Payload().u64(2n ** 63n).frame(3, 8),
    ];
    const stream = Buffer.concat(frames);
    for (const piece of [1, 2, 3, 5, 8, stream.length]) {
      const reader = new FrameReader();
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += piece)
        found.push(...reader.push(stream.subarray(at, at + piece)));
      expect(found.map((frame) => frame.toString('hex'))).toEqual(
        frames.map((frame) => frame.subarray(4).toString('hex')),
      );
    }
  });

  it('are read front to back, and never past their end', () => {
    const answer = new Answer(Buffer.from('01000000 0300 616263 02'.replaceAll(' ', ''), 'hex'));
    expect([answer.u32(), answer.text(), answer.u8()]).toEqual([1, 'abc', 2]);
    expect(answer.rest()).toHaveLength(0);
    expect(() => answer.u8()).toThrow('too short');
    expect(() => new Answer(Buffer.from('ffff61', 'hex')).text()).toThrow('too short');
  });
});
