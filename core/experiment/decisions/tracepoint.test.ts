import { describe, expect, it } from 'vitest';
import { parseTraceLine } from './tracepoint.ts';

const line = (rest: string, command = 'node-4711') => `          ${command}    [000] d..2.  815: ${rest}`;

describe('a line of the trace', () => {
  it('names its thread, whatever blanks and hyphens are in the name', () => {
    const text = line('ext4_mb_buddy_bitmap_load: dev 7,0 group 3 ', 'kworker/u8:2-events unbound-77');
    expect(parseTraceLine(text)).toEqual({
      command: 'kworker/u8:2-events unbound',
      thread: 77,
      clock: 815,
      said: { kind: 'load', group: 3 },
    });
  });

  it('gives a request with its flags, and a goal that wrapped round as a negative one', () => {
    const text = line(
      'ext4_request_blocks: dev 7,2 ino 12 flags HINT_DATA|DELALLOC_RESV|USE_RESV len 1 lblk 4342 goal 18446744073707618550 lleft 4342 lright 2002741 pleft 0 pright 65333 ',
    );
    expect(parseTraceLine(text)?.said).toEqual({
      kind: 'event',
      event: {
        event: 'ext4_request_blocks',
        ino: 12,
        len: 1,
        logical: 4342,
        lleft: 4342,
        lright: 2002741,
        goal: 65333 - 2002741 + 4342,
        pleft: 0,
        pright: 65333,
        flags: 0x20 | 0x400 | 0x2000,
      },
    });
  });

  it('gives a search with its criterion by name, no flags, and a start anywhere', () => {
    const text = line(
      'ext4_mballoc_alloc: dev 7,0 inode 13 orig 0/5/1@0 goal 1/-1/512@0 result 1/512/512@0 blks 2 grps 1 cr CR_GOAL_LEN_FAST flags  tail 512 broken 1024',
    );
    expect(parseTraceLine(text)?.said).toMatchObject({
      event: {
        goal_group: 1,
        goal_start: -1,
        goal_len: 512,
        cr: 1,
        flags: 0,
        found: 2,
        tail: 512,
        buddy: 10,
      },
    });
  });

  it('gives the name that the kernel lacks for one way to free its number', () => {
    const text = line('ext4_free_blocks: dev 7,0 ino 12 mode 0100644 block 99 count 4 flags VALIDATED|0x40');
    expect(parseTraceLine(text)?.said).toMatchObject({ event: { block: 99, count: 4, flags: 0x44 } });
  });

  it('gives markers and writeback, and null for what it does not know', () => {
    expect(parseTraceLine(line('tracing_mark_write: untorn step 3'))?.said).toEqual({
      kind: 'marker',
      text: 'untorn step 3',
    });
    const result = 'ext4_writepages_result: dev 7,0 ino 12 ret 0 pages_written 5 pages_skipped 0 sync_mode 0';
    expect(parseTraceLine(line(result))?.said).toEqual({ kind: 'writeback', ino: 12, pages: 5 });
    expect(parseTraceLine(line('ext4_unlink_enter: dev 7,0 ino 12 size 0 parent 2'))).toBeNull();
    expect(parseTraceLine('CPU:1 [LOST 12 EVENTS]')).toBeNull();
  });

  it('refuses a tracepoint that has lost a field', () => {
    expect(() => parseTraceLine(line('ext4_mb_buddy_bitmap_load: dev 7,0 grp 3'))).toThrow(
      'ext4_mb_buddy_bitmap_load has no readable "group"',
    );
  });
});
