import { describe, expect, it } from 'vitest';
import { parseTrace } from './trace.ts';

const header = '# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n';
const written = (cpu: string, inode: number): string =>
  `    kworker/u8:5-20578   [${cpu}] .....  2873.75: ext4_writepages_result: dev 7,4 ino ${inode} ret 0 pages_written 5\n`;
const freed = (cpu: string): string =>
  `    kworker/u8:5-20578   [${cpu}] .....  2873.75: ext4_mballoc_free: dev 7,4 inode 13 extent 1/254/1 \n`;

const ownThread = 992;
const own = (event: string): string => `            node-992     [000] ..... 2873.80: ${event} \n`;
const begun = own('ext4_writepages: dev 7,4 ino 13 nr_to_write 9223372036854775807 pages_skipped 0');
const placed = own('ext4_da_write_pages_extent: dev 7,4 ino 13 lblk 288 len 2048 flags 0x100');
const done = own('ext4_writepages_result: dev 7,4 ino 13 ret 0 pages_written 3973');
const finished = (inode: number): string =>
  `    kworker/u8:4-552     [001] ..... 2873.81: ext4_ext_handle_unwritten_extents: dev 7,4 ino ${inode} m_lblk 288 m_pblk 3 m_len 4 flags CONVERT allocated 4 newblock 3\n`;

const parse = (text: string) => parseTrace(text, ownThread);
const nothing = { writtenInodes: new Set(), countedElsewhere: false, racedInodes: new Set() };

describe('parseTrace', () => {
  it('finds nothing in an empty trace', () => {
    expect(parse(header)).toEqual(nothing);
  });

  it('names each inode that was written once', () => {
    const text = header + written('000', 13) + written('001', 13) + written('001', 14);
    expect(parse(text)).toEqual({ ...nothing, writtenInodes: new Set([13, 14]) });
  });

  it.each([
    ['000', false],
    ['001', true],
    ['010', true],
    ['128', true],
  ])('tells where blocks were counted: CPU %s', (cpu, elsewhere) => {
    expect(parse(header + freed(cpu)).countedElsewhere).toBe(elsewhere);
  });

  it("knows the plan's own writeback from others'", () => {
    expect(parse(header + begun + placed + done)).toEqual(nothing);
  });

  it.each([
    ['between two places', [begun, placed, finished(13), placed, done], [13]],
    ['behind the last place', [begun, placed, finished(13), done], []],
    ['when the writeback is over', [begun, placed, done, finished(13), begun, placed, done], []],
    ["of another file's data", [begun, placed, finished(14), placed, done], []],
  ])('tells whose data was finished while more was placed: %s', (_when, events, raced) => {
    expect([...parse(header + events.join('')).racedInodes]).toEqual(raced);
  });
});
