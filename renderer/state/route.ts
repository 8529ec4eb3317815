import { tornTabs, type TornTab } from '../torn/kinds.ts';

/** What the address says: the view, and what it shows. Every address can be opened again and sent to a colleague. */
export type Route =
  | { readonly view: 'lab'; readonly query?: LabQuery }
  | { readonly view: 'passport'; readonly path: string }
  /** `beside`: another run, with which it is compared. */
  | { readonly view: 'runs'; readonly id: string; readonly beside?: string }
  | { readonly view: 'torn'; readonly kind: TornTab; readonly query?: TornQuery };

export type ViewName = Route['view'];

/**
 * What is on the bench, each as text: `run` of the history or `plan` of the examples; `result` (`prediction`, `versus`) to be
 * made at once; `versus`, the other allocator; what is chosen: `file` and `extent`, `step`; and how it is shown: `tab`,
 * `unit`, `addresses`.
 */
export type LabQuery = Readonly<Partial<Record<LabQueryName, string>>>;

const labQueryNames = [
  'run',
  'plan',
  'result',
  'versus',
  'file',
  'extent',
  'step',
  'tab',
  'unit',
  'addresses',
] as const;
type LabQueryName = (typeof labQueryNames)[number];

/**
 * What of the torn laboratory is shown: `run` of the history; what is done about power cuts (`mode`); of a crash check whose states are at hand its `exploration`,
 * and in it a `state`, a `file` and a `unit`.
 */
export type TornQuery = Readonly<Partial<Record<(typeof tornQueryNames)[number], string>>>;
const tornQueryNames = ['run', 'mode', 'exploration', 'state', 'file', 'unit'] as const;

/** Reads the fragment of an address; anything unknown is the lab. */
export function parseRoute(fragment: string): Route {
  const [, view = '', rest = '', query = ''] = /^#\/([a-z]*)\/?([^?]*)\??(.*)$/.exec(fragment) ?? [];
  if (view === 'passport') return { view, path: decoded(rest) };
  if (view === 'runs') {
    const { beside } = readQuery(['beside'], query);
    return { view, id: decoded(rest), ...(beside === undefined ? {} : { beside }) };
  }
  if (view === 'torn') {
    const kind = tornTabs.find((one) => one.kind === rest)?.kind ?? 'storm';
    const asked = readQuery(tornQueryNames, query);
    return { view, kind, ...(Object.keys(asked).length > 0 ? { query: asked } : {}) };
  }
  const asked = view === 'lab' ? readQuery(labQueryNames, query) : {};
  return { view: 'lab', ...(Object.keys(asked).length > 0 ? { query: asked } : {}) };
}

type Query<Name extends string> = Readonly<Partial<Record<Name, string>>>;

function readQuery<Name extends string>(names: readonly Name[], text: string): Query<Name> {
  const given = new URLSearchParams(text);
  const found = names.map((name) => [name, given.get(name) ?? ''] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== '')) as Query<Name>;
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'lab':
      return withQuery('#/lab', labQueryNames, route.query ?? {});
    case 'passport':
      return joined('#/passport', route.path);
    case 'runs':
      return withQuery(joined('#/runs', route.id), ['beside'], { beside: route.beside ?? '' });
    case 'torn':
      return withQuery(`#/torn/${route.kind}`, tornQueryNames, route.query ?? {});
  }
}

function withQuery<Name extends string>(start: string, names: readonly Name[], query: Query<Name>): string {
  const given = names.flatMap((name): [string, string][] => {
    const value = query[name] ?? '';
    return value === '' ? [] : [[name, value]];
  });
  return given.length === 0 ? start : `${start}?${new URLSearchParams(given).toString()}`;
}

function joined(start: string, rest: string): string {
  return rest === '' ? start : `${start}/${encodeURIComponent(rest)}`;
}

/** An address that somebody mistyped is no reason to fail. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
