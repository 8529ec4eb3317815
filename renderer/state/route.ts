/** What the address says: the view, and what it shows. Every address can be opened again and sent to a colleague. */
export type Route =
  | { readonly view: 'lab' }
  | { readonly view: 'passport'; readonly path: string }
  | { readonly view: 'runs'; readonly id: string };

export type ViewName = Route['view'];

/** Reads the fragment of an address; anything unknown is the lab. */
export function parseRoute(fragment: string): Route {
  const [, view = '', rest = ''] = /^#\/([a-z]*)\/?(.*)$/.exec(fragment) ?? [];
  if (view === 'passport') return { view, path: decoded(rest) };
  if (view === 'runs') return { view, id: decoded(rest) };
  return { view: 'lab' };
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'lab':
      return '#/lab';
    case 'passport':
      return joined('#/passport', route.path);
    case 'runs':
      return joined('#/runs', route.id);
  }
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
