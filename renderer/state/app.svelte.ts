import {
  RpcError,
  type Client,
  type HostInfo,
  type RunRecord,
  type RunSummary,
  type UntornContract,
} from '../../core/rpc/index.ts';
import { commands } from '../commands/registry.svelte.ts';
import { EndNotices, openDesktop } from '../desktop/index.ts';
import { connect, type Connection, type LinkState } from './connection.ts';
import { Files } from './files.svelte.ts';
import { History } from './history.svelte.ts';
import { LabAddress } from './lab-address.ts';
import { Lab } from './lab.svelte.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { ThemeState } from './theme.svelte.ts';
import { TornBench } from '../torn/bench.svelte.ts';

export { themes } from './theme.svelte.ts';

/** The whole interface: its connection, the machine it talks to, and the view that is open. */
export class AppState {
  route = $state.raw<Route>({ view: 'lab' });
  host = $state<HostInfo | null>(null);
  link = $state<LinkState>('open');
  /** What lies over the view. */
  overlay = $state<'keys' | 'palette' | 'machine' | 'about' | null>(null);
  /** What went wrong beside the work of a view, in plain words, until it is put away. */
  trouble = $state('');
  /** The runs of the history, newest first, as the palette last found them. */
  keptRuns = $state.raw<readonly RunSummary[]>([]);
  readonly theme = new ThemeState();
  readonly connection: Connection;
  readonly lab: Lab | null;
  readonly history: History | null;
  readonly files: Files | null;
  readonly client: Client<UntornContract> | null;
  /** Tells of the end of long work where nobody looks at the page. */
  readonly notices = new EndNotices();
  readonly torn: TornBench | null;
  private readonly address: LabAddress | null;

  constructor() {
    this.connection = connect((state) => this.linked(state));
    const client = this.connection.kind === 'open' ? this.notices.over(this.connection.client) : null;
    this.client = client;
    this.lab = client && new Lab(client);
    this.history = client && new History(client);
    this.torn = client && new TornBench(client);
    this.files = this.lab && this.history && client && this.openFiles(client, this.lab, this.history);
    this.address = this.lab && client && new LabAddress(this.lab, client);
    this.route = parseRoute(location.hash);
    void this.start();
  }

  private openFiles(client: Client<UntornContract>, lab: Lab, history: History): Files {
    const onTrouble = (why: string) => (this.trouble = why);
    const desktop = openDesktop(client, {
      onCommand: (id) => void commands.execute(id),
      onOpened: (file) => void this.files?.take(file),
      onUnreadable: onTrouble,
    });
    const show = (what: 'lab' | { readonly run: string }) =>
      this.show(what === 'lab' ? { view: 'lab' } : { view: 'runs', id: what.run });
    return new Files({ lab, history, desktop, show, onTrouble });
  }

  private linked(state: LinkState): void {
    const isBack = state === 'open' && this.link !== 'open';
    this.link = state;
    if (isBack) void this.start();
  }

  private async start(): Promise<void> {
    if (this.connection.kind !== 'open' || !this.lab) return;
    try {
      this.host = await this.connection.client.call('host.info', {}).result;
      await this.lab.loadChoices();
      await this.files?.loadRecent();
    } catch {
      // The connection says itself that it is lost, and calls this again when it is back.
      return;
    }
    await this.followLab();
  }

  /** Opens a view; the browser's way back leads to the one before. */
  show(route: Route): void {
    this.route = route;
    if (formatRoute(route) !== location.hash) history.pushState(null, '', formatRoute(route));
  }

  /** The user went back or forth, or changed the address. */
  follow(): void {
    this.route = parseRoute(location.hash);
    void this.followLab();
  }

  private async followLab(): Promise<void> {
    if (!this.lab || !this.address) return;
    const query = this.route.view === 'lab' ? (this.route.query ?? {}) : {};
    // What went wrong before, such as a file that could not be opened, is not over because the address is followed.
    const trouble = await this.address.follow(query);
    if (trouble !== '') this.trouble = trouble;
    this.lab.begin();
    this.keepAddress();
  }

  /** Keeps the address of the lab that of what is shown there; no step of the browser's history. */
  keepAddress(): void {
    if (this.route.view !== 'lab' || !this.address) return;
    const route: Route = { view: 'lab', query: this.address.current() };
    if (this.address.following || formatRoute(route) === location.hash) return;
    history.replaceState(null, '', formatRoute(route));
  }

  /** Changes the address of the view that is open; no step of the browser's history. */
  restate(route: Route): void {
    this.route = route;
    if (formatRoute(route) !== location.hash) history.replaceState(null, '', formatRoute(route));
  }

  async loadKeptRuns(): Promise<void> {
    try {
      this.keptRuns = (await this.client?.call('runs.list', { words: '' }).result)?.runs ?? [];
    } catch (error) {
      // The palette finds everything else all the same.
      if (!(error instanceof RpcError)) throw error;
    }
  }

  async copyAddress(): Promise<void> {
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      this.trouble = 'The address was not copied: this page may not use the clipboard.';
    }
  }

  /** Puts a kept run on the bench: its plan in the editor, its layouts in the map. */
  openInLab(record: RunRecord): void {
    this.lab?.load(record);
    this.show({ view: 'lab' });
  }
}
