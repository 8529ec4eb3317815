import { contract } from '../../core/rpc/index.ts';
import type { Random } from '../../core/experiment/generate/random.ts';

const procedures = Object.keys(contract);

/** Ids of well-formed frames have to grow; these are below one that was used before any of them was sent. */
export const usedId = 2 ** 40;

/** Makes messages that break the contract, each by its construction: a judge of its own is not needed. */
export type Breaker = (random: Random, nextId: () => number) => string;

const request = (fields: object) => JSON.stringify({ kind: 'request', ...fields });
const wellFormed = (random: Random, id: number) =>
  request({ id, procedure: pick(random, procedures), input: {} });

/** Kinds of brokenness. An id is given to what gets as far as being judged by its procedure. */
export const breakers: Readonly<Record<string, Breaker>> = {
  'any characters': (random) => text(random, random.between(0, 200), 0, 0xffff),
  'any printable characters': (random) => text(random, random.between(0, 200), 0x20, 0x7e),
  'a part of a frame': (random, nextId) => {
    const whole = wellFormed(random, nextId());
    return whole.slice(0, random.between(0, whole.length - 1));
  },
  // JSON has no control characters but blanks outside of strings, and none at all in them.
  'a control character inside': (random, nextId) => {
    const whole = wellFormed(random, nextId());
    const at = random.between(0, whole.length);
    return whole.slice(0, at) + String.fromCharCode(random.between(0, 8)) + whole.slice(at);
  },
  'two frames at once': (random, nextId) => wellFormed(random, nextId()) + wellFormed(random, nextId()),
  'frames in an array': (random, nextId) =>
    `[${Array.from({ length: random.between(0, 5) }, () => wellFormed(random, nextId())).join()}]`,
  'almost JSON': (random, nextId) => {
    const whole = wellFormed(random, nextId());
    return pick(random, [
      `\ufeff${whole}`,
      whole.replaceAll('"', "'"),
      whole.replace('{}', '{},'),
      whole.replace('{}', 'NaN'),
      whole.replace('{}', 'undefined'),
      `/* */${whole}`,
      `${whole}\0`,
      whole.replace('"input"', 'input'),
      whole.replace('"request"', '"\\u00e"'),
    ]);
  },
  'any JSON': (random) => JSON.stringify(value(random, 4)),
  'deep nesting': (random) => {
    const depth = random.between(1, 20_000);
    return pick(random, ['[', '{"a":', '[[{"kind":']).repeat(depth);
  },
  'deep nesting that ends': (random, nextId) => {
    const depth = random.between(1000, 5000);
    const input = '['.repeat(depth) + ']'.repeat(depth);
    return `{"kind":"request","id":${nextId()},"procedure":"${pick(random, procedures)}","input":${input}}`;
  },
  'another kind': (random, nextId) => {
    const kind = pick(random, ['Request', 'call', '', 'toString', '__proto__', null, 0, ['request'], {}]);
    return JSON.stringify({ kind, id: nextId(), procedure: pick(random, procedures), input: {} });
  },
  'the frame of a service': (random, nextId) =>
    JSON.stringify(
      pick(random, [
        { kind: 'result', id: nextId(), value: value(random, 2) },
        { kind: 'event', id: nextId(), event: value(random, 2) },
        { kind: 'error', id: null, error: { code: 'internal', message: 'm', issues: [] } },
      ]),
    ),
  'a field too many': (random, nextId) =>
    request({
      id: nextId(),
      procedure: pick(random, procedures),
      input: {},
      [word(random)]: value(random, 1),
    }),
  'a field too few': (random, nextId) => {
    const frame: Record<string, unknown> = {
      kind: 'request',
      id: nextId(),
      procedure: 'host.info',
      input: {},
    };
    const missing = pick(random, ['kind', 'id', 'procedure']);
    return JSON.stringify(Object.fromEntries(Object.entries(frame).filter(([name]) => name !== missing)));
  },
  'an id that is none': (random) => {
    const id = pick(random, [
      '0',
      '-1',
      '1.5',
      '1e400',
      '-1e400',
      '9007199254740993',
      '"1"',
      'null',
      'true',
      '[]',
      '{}',
    ]);
    return `{"kind":"${pick(random, ['request', 'cancel'])}","id":${id},"procedure":"host.info","input":{}}`;
  },
  'an id that was used': (random) => wellFormed(random, random.between(1, 2 ** 31)),
  'a procedure that there is not': (random, nextId) => {
    const known = pick(random, procedures);
    const procedure = pick(random, [
      'toString',
      '__proto__',
      'constructor',
      'hasOwnProperty',
      '',
      known.toUpperCase(),
      `${known} `,
      known.replace('.', '/'),
      `${known}.${known}`,
      word(random).repeat(random.between(1, 40)),
    ]);
    return request({ id: nextId(), procedure, input: {} });
  },
  'a procedure that is no name': (random, nextId) =>
    request({ id: nextId(), procedure: pick(random, [null, 7, [], {}, true]), input: {} }),
  'an input of another type': (random, nextId) => {
    const input = pick(random, [null, 0, -1, 1e308, '', 'text', true, [], [{}], [[]]]);
    return request({ id: nextId(), procedure: pick(random, procedures), input });
  },
  'an input with a field too many': (random, nextId) =>
    request({
      id: nextId(),
      procedure: pick(random, procedures),
      input: { [`x${word(random)}`]: value(random, 2) },
    }),
  'a path that is none': (random, nextId) => {
    const path = pick(random, ['', 'x'.repeat(4097), 7, null, ['/'], { toString: '/' }]);
    return request({ id: nextId(), procedure: pick(random, ['path.probe', 'files.open']), input: { path } });
  },
  'a name of a run that is none': (random, nextId) => {
    const id = pick(random, [
      '../../etc/passwd',
      '',
      '/',
      '20260101T000000Z-xyz',
      'a'.repeat(10_000),
      7,
      null,
    ]);
    return request({ id: nextId(), procedure: pick(random, ['runs.get', 'runs.remove']), input: { id } });
  },
  'a plan that is no text': (random, nextId) => {
    const input = { text: pick(random, [null, 7, {}, ['{}'], true]) };
    return request({
      id: nextId(),
      procedure: pick(random, ['plan.run', 'plan.predict', 'torn.crash']),
      input,
    });
  },
};

/** Names without those that every object has, which a schema takes for its own. */
function word(random: Random): string {
  return text(random, random.between(1, 12), 0x61, 0x7a);
}

function text(random: Random, length: number, least: number, most: number): string {
  return Array.from({ length }, () => String.fromCharCode(random.between(least, most))).join('');
}

/** Any JSON that is no frame: no object in it is called `kind`. */
function value(random: Random, depth: number): unknown {
  const leaf = () =>
    pick(random, [null, true, false, 0, -1, 1.5, 1e308, '', 'text', '\u0000', '\ud800', 2 ** 53]);
  if (depth === 0 || random.chance(40)) return leaf();
  const count = random.between(0, 4);
  if (random.chance(50)) return Array.from({ length: count }, () => value(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: count }, () => [`${word(random)}_`, value(random, depth - 1)] as const),
  );
}

/** One of them, also where that is null. */
function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.between(0, choices.length - 1)] as T;
}
