import type { HostInfo, RunRecord } from '../../core/rpc/index.ts';
import { connect, type Connection } from './connection.ts';
import { History } from './history.svelte.ts';
import { Lab } from './lab.svelte.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { ThemeState } from './theme.svelte.ts';

export { themes } from './theme.svelte.ts';

/** The whole interface: its connection, the machine it talks to, and the view that is open. */
export class AppState {
  route = $state.raw<Route>({ view: 'lab' });
  host = $state<HostInfo | null>(null);
  connectionLost = $state(false);
  /** What lies over the view. */
  overlay = $state<'keys' | 'palette' | null>(null);
  readonly theme = new ThemeState();
  readonly connection: Connection;
  readonly lab: Lab | null;
  readonly history: History | null;

  constructor() {
    this.connection = connect(() => {
      this.connectionLost = true;
    });
    this.lab = this.connection.kind === 'open' ? new Lab(this.connection.client) : null;
    this.history = this.connection.kind === 'open' ? new History(this.connection.client) : null;
    this.route = parseRoute(location.hash);
    void this.start();
  }

  private async start(): Promise<void> {
    if (this.connection.kind !== 'open') return;
    try {
      this.host = await this.connection.client.call('host.info', {}).result;
      await this.lab?.loadExamples();
    } catch {
      this.connectionLost = true;
    }
  }

  /** Opens a view; the browser's way back leads to the one before. */
  show(route: Route): void {
    this.route = route;
    if (formatRoute(route) !== location.hash) history.pushState(null, '', formatRoute(route));
  }

  /** The user went back or forth, or changed the address. */
  follow(): void {
    this.route = parseRoute(location.hash);
  }

  /** Puts a kept run on the bench: its plan in the editor, its layouts in the map. */
  openInLab(record: RunRecord): void {
    this.lab?.load(record);
    this.show({ view: 'lab' });
  }
}
