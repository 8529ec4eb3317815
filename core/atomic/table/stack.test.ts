import { describe, expect, it } from 'vitest';
import { bytesOf, kernelOf } from '../../../test/support/atomic-cases.ts';
import { stackLimits, type StackFacts, type StackMember } from '../index.ts';

/**
 * `kernel | stack | members | what the stack claims`. Stacks: `dm linear crypt chunk=64K`, `md raid0 chunk=64K`,
 * `multipath`. Members, divided by a comma: `512-64K`, with `b64K` for a boundary, `@1M` for where the data start, `io4K`
 * for minimum_io_size; `none` without limits.
 */
const cases = `
# device-mapper: 6.14, and the right targets
6.13 | dm linear           | 512-64K @1M | dm.since
6.12 | dm linear           | 512-64K @1M | dm.since
6.14 | dm linear           | 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | dm linear           | 512-64K @1M | 512-65536 max 65536 boundary 0
7.3  | dm linear           | 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | dm mirror           | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | dm striped chunk=64K | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | dm striped chunk=16K | 512-64K @1M, 512-64K @1M | 512-16384 max 16384 boundary 0 stack.chunk stack.members
6.18 | dm crypt            | 512-64K @1M | dm.target
6.19 | dm crypt            | 512-64K @1M | 512-65536 max 65536 boundary 0
7.3  | dm crypt            | 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | dm multipath        | 512-64K     | dm.target
6.19 | dm multipath        | 512-64K     | 512-65536 max 65536 boundary 0
6.13 | dm crypt            | 512-64K @1M | dm.since
7.3  | dm thin             | 512-64K @1M | dm.target
7.3  | dm thin-pool        | 512-64K @1M | dm.target
7.3  | dm snapshot         | 512-64K @1M | dm.target
7.3  | dm cache            | 512-64K @1M | dm.target
7.3  | dm raid             | 512-64K @1M | dm.target
7.3  | dm verity           | 512-64K @1M | dm.target
7.3  | dm integrity        | 512-64K @1M | dm.target
7.3  | dm flakey           | 512-64K @1M | dm.target
7.3  | dm log-writes       | 512-64K @1M | dm.target
7.3  | dm zero             | 512-64K @1M | dm.target
6.18 | dm linear crypt     | 512-64K @1M | dm.target
6.18 | dm linear striped chunk=64K | 512-64K @1M | 512-65536 max 65536 boundary 0

# md: 6.13, and the right levels
6.12 | md raid0 chunk=64K  | 512-64K @1M, 512-64K @1M | md.since
6.13 | md raid1            | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | md raid1            | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | md raid0 chunk=512K | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | md raid0 chunk=32K  | 512-64K @1M, 512-64K @1M | 512-32768 max 32768 boundary 0 stack.chunk stack.members
6.18 | md raid0 chunk=24K  | 512-64K @1M, 512-64K @1M | 512-8192 max 24576 boundary 0 stack.chunk stack.members
6.18 | md raid10 chunk=64K | 512-64K @1M, 512-64K @1M | 512-65536 max 65536 boundary 0
6.18 | md raid4            | 512-64K @1M, 512-64K @1M | md.level
6.18 | md raid5            | 512-64K @1M, 512-64K @1M | md.level
7.3  | md raid6            | 512-64K @1M, 512-64K @1M | md.level
6.18 | md linear           | 512-64K @1M | md.level
6.19 | md linear           | 512-64K @1M | 512-65536 max 65536 boundary 0

# members
6.18 | md raid1            | 512-64K @1M, none @1M    | stack.member-capable
6.18 | md raid1            | none @1M, 512-64K @1M    | stack.member-capable
6.18 | md raid1            | none @1M                 | stack.member-capable
6.18 | dm linear           | none                     | stack.member-capable
6.18 | md raid1            | 512-64K @1M, 4K-16K @1M  | 4096-16384 max 16384 boundary 0 stack.members
6.18 | md raid1            | 4K-16K @1M, 512-64K @1M  | 4096-16384 max 16384 boundary 0 stack.members
6.18 | md raid1            | 512-4K @1M, 8K-64K @1M   | stack.windows-meet
6.18 | md raid1            | 8K-64K @1M, 512-4K @1M   | stack.windows-meet
6.18 | md raid1            | 512-64K @1M, 512-64K @1M, 512-8K @1M | 512-8192 max 8192 boundary 0 stack.members

# where the data start on a member
6.18 | dm linear           | 4K-64K @31.5K            | stack.member-aligned
6.18 | dm linear           | 512-64K @31.5K           | 512-65536 max 65536 boundary 0
6.18 | dm linear           | 512-64K b64K @32K        | stack.member-aligned
6.18 | dm linear           | 512-64K b64K @128K       | 512-65536 max 65536 boundary 65536
6.18 | md raid1            | 4K-64K @1M, 4K-64K @1026.5K | stack.member-aligned

# boundaries
6.18 | md raid1            | 512-64K b64K @1M, 512-64K b64K @1M  | 512-65536 max 65536 boundary 65536
6.18 | md raid1            | 512-64K b64K @1M, 512-64K b128K @1M | stack.same-boundary
6.18 | md raid1            | 512-64K @1M, 512-64K b64K @1M       | stack.same-boundary
6.18 | md raid0 chunk=96K  | 512-32K b64K @1M                    | stack.chunk-boundary
6.18 | md raid0 chunk=128K | 512-32K b64K @1M                    | 512-32768 max 32768 boundary 65536
6.18 | md raid0 chunk=32K  | 512-64K b64K @1M                    | 512-32768 max 32768 boundary 65536 stack.chunk stack.members

# before 6.17 minimum_io_size stood for the chunk, that of the members too
6.14   | dm linear | 512-64K @1M io4K           | 512-4096 max 4096 boundary 0 stack.chunk stack.members
6.13   | md raid1  | 512-64K @1M io4K, 512-64K @1M io4K | 512-4096 max 4096 boundary 0 stack.chunk stack.members
6.16   | dm linear | 512-64K @1M io4K           | 512-4096 max 4096 boundary 0 stack.chunk stack.members
6.16.5 | dm linear | 512-64K @1M io4K           | unknown
6.16.5 | dm linear | 512-64K @1M io512          | 512-65536 max 65536 boundary 0
6.17   | dm linear | 512-64K @1M io4K           | 512-65536 max 65536 boundary 0

# NVMe multipath
6.12    | multipath | 512-64K | nvme.multipath
6.13.12 | multipath | 512-64K | nvme.multipath
6.14    | multipath | 512-64K | nvme.multipath
6.14.11 | multipath | 512-64K | unknown
6.15.5  | multipath | 512-64K | unknown
6.16    | multipath | 512-64K | 512-65536 max 65536 boundary 0
6.18    | multipath | 512-64K, 512-64K | 512-65536 max 65536 boundary 0
7.3     | multipath | 512-64K b64K, 512-64K b64K | 512-65536 max 65536 boundary 65536
`
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): [string, string[]] => [line.replace(/\s+/g, ' '), line.split('|').map((cell) => cell.trim())]);

function stackOf(text: string): StackFacts {
  const [kind, ...words] = text.split(' ');
  const chunk = words.find((word) => word.startsWith('chunk='))?.slice(6);
  const names = words.filter((word) => !word.startsWith('chunk='));
  const chunkBytes = chunk === undefined ? 0 : bytesOf(chunk);
  if (kind === 'dm') return { kind: 'device-mapper', targets: names, chunkBytes };
  if (kind === 'md') return { kind: 'md', level: names[0] ?? '', chunkBytes };
  return { kind: 'nvme-multipath' };
}

function memberOf(text: string, index: number): StackMember {
  const [window = '', ...words] = text.split(' ');
  const size = (prefix: string, other: number) => {
    const found = words.find((word) => word.startsWith(prefix));
    return found === undefined ? other : bytesOf(found.slice(prefix.length));
  };
  const [min = '0', max = '0'] = window.split('-');
  return {
    name: `disk${index}`,
    startBytes: size('@', 0),
    minimumIoBytes: size('io', 512),
    limits:
      window === 'none'
        ? null
        : {
            unitMinBytes: bytesOf(min),
            unitMaxBytes: bytesOf(max),
            maxBytes: bytesOf(max),
            boundaryBytes: size('b', 0),
          },
  };
}

describe('what a stack makes of its members', () => {
  it.each(cases)('%s', (_, [kernel = '', stack = '', members = '', expected = '']) => {
    const outcome = stackLimits(
      stackOf(stack),
      members.split(',').map((member, index) => memberOf(member.trim(), index)),
      kernelOf(kernel),
    );
    if (outcome.kind === 'unknown') return expect('unknown').toBe(expected);
    if (outcome.kind === 'none') return expect(outcome.rule).toBe(expected);
    const { unitMinBytes, unitMaxBytes, maxBytes, boundaryBytes } = outcome.limits;
    const rules = outcome.reasons.map(({ rule }) => rule).join(' ');
    const shown = `${unitMinBytes}-${unitMaxBytes} max ${maxBytes} boundary ${boundaryBytes} ${rules}`.trim();
    expect(shown).toBe(expected);
  });
});
