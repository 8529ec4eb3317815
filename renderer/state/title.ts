import type { Route } from './route.ts';

/** What the window is called, so that several can be told apart. */
export function titleOf(route: Route): string {
  switch (route.view) {
    case 'lab':
      return 'Lab, Untorn';
    case 'passport':
      return route.path === '' ? 'Passport, Untorn' : `${route.path}, Untorn`;
    case 'runs':
      return 'Runs, Untorn';
    case 'torn':
      return 'Torn, Untorn';
  }
}
