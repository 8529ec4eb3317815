import type { HostInfo } from '../../core/rpc/index.ts';
import { connect, type Connection } from './connection.ts';
import { Lab } from './lab.svelte.ts';

export type ViewName = 'lab' | 'probe';

/** The whole interface: its connection, the machine it talks to, and the view that is open. */
export class AppState {
  view = $state<ViewName>('lab');
  host = $state<HostInfo | null>(null);
  connectionLost = $state(false);
  helpOpen = $state(false);
  readonly connection: Connection;
  readonly lab: Lab | null;

  constructor() {
    this.connection = connect(() => {
      this.connectionLost = true;
    });
    this.lab = this.connection.kind === 'open' ? new Lab(this.connection.client) : null;
    this.view = location.hash.startsWith('#/probe') ? 'probe' : 'lab';
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

  show(view: ViewName): void {
    this.view = view;
    history.replaceState(null, '', `#/${view}`);
  }
}
