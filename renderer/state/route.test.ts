import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.ts';

describe('routes', () => {
  it('come back from their address', () => {
    const text = fc.string({ unit: 'grapheme' });
    const route = fc.oneof(
      fc.constant<Route>({ view: 'lab' }),
      fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).map(([file, run]): Route => {
        return { view: 'lab', query: { file, run } };
      }),
      text.map((path): Route => ({ view: 'passport', path })),
      text.map((id): Route => ({ view: 'runs', id })),
      fc.tuple(text, fc.string({ minLength: 1 })).map(([id, beside]): Route => {
        return { view: 'runs', id, beside };
      }),
      fc.constantFrom('arm', 'verify', 'rehearse').map((mode): Route => {
        return { view: 'torn', kind: 'power-cut', query: { mode } };
      }),
    );
    fc.assert(
      fc.property(route, (one) => {
        expect(parseRoute(formatRoute(one))).toEqual(one);
      }),
    );
  });

  it.each(['', '#', '#token=abc', '#/nowhere/x', '#/../passport'])('takes %j for the lab', (fragment) => {
    expect(parseRoute(fragment)).toEqual({ view: 'lab' });
  });

  it('forgives what cannot be decoded', () => {
    expect(parseRoute('#/passport/%zz')).toEqual({ view: 'passport', path: '' });
  });
});
