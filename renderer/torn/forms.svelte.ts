import * as v from 'valibot';
import {
  shutdownRequestSchema,
  stormRequestSchema,
  type ShutdownRequest,
  type StormRequest,
} from '../../core/torn/index.ts';
import { given, issueOf, numberOf, SharedFields, sizeOf, type FieldIssue } from './fields.svelte.ts';
import { shutdownDefaults, shutdownPresets, stormDefaults, stormPresets } from './presets.ts';

/** A plan in whose sandbox a storm can blow. */
export interface SandboxPlan {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** What a storm is to be. */
export class StormForm extends SharedFields {
  path = $state('');
  size = $state('64MiB');
  seconds = $state('10');
  writes = $state('');
  rate = $state('');
  readers = $state('1');
  destroy = $state('');
  preset = $state('');
  /** Plan in whose sandbox it blows; an empty text: on this machine. */
  sandbox = $state('');
  kernel = $state('');
  plans = $state.raw<readonly SandboxPlan[]>([]);

  /** The request as it would be sent, judged by the schema that the command line has, too. */
  private get judged() {
    const plan = this.plans.find(({ id }) => id === this.sandbox);
    const { kernel } = this;
    return v.safeParse(stormRequestSchema, {
      path: plan ? 'units' : this.path.trim(),
      ...given('sizeBytes', this.size, sizeOf),
      ...(plan
        ? { sandbox: { plan: plan.text, ...given('kernel', kernel, (text) => text) } }
        : given('destroy', this.destroy, (text) => text.trim())),
      ...given('seconds', this.seconds, numberOf),
      ...given('writes', this.writes, numberOf),
      ...given('writesPerSecond', this.rate, numberOf),
      readers: numberOf(this.readers),
      ...this.sharedInput,
    });
  }

  get issues(): FieldIssue[] {
    const { judged } = this;
    return judged.success ? [] : judged.issues.map(issueOf);
  }

  get request(): StormRequest {
    return v.parse(stormRequestSchema, this.judged.output);
  }

  /** Names a new file where none is named yet. */
  suggest(folder: string): void {
    if (this.path === '') this.path = `${folder}/untorn-storm-${Math.floor(performance.timeOrigin)}`;
  }

  use(id: string): void {
    this.preset = id;
    const preset = stormPresets.find((one) => one.id === id);
    if (preset) Object.assign(this, stormDefaults, preset.fields);
  }
}

/** What rounds of shutdown are to be. */
export class ShutdownForm extends SharedFields {
  filesystem = $state<'ext4' | 'xfs'>('ext4');
  rounds = $state('12');
  fileSize = $state('4MiB');
  beginning = $state<'written' | 'unwritten' | 'hole'>('written');
  preset = $state('');

  private get judged() {
    return v.safeParse(shutdownRequestSchema, {
      filesystem: this.filesystem,
      rounds: numberOf(this.rounds),
      ...given('fileBytes', this.fileSize, sizeOf),
      beginning: this.beginning,
      ...this.sharedInput,
    });
  }

  get issues(): FieldIssue[] {
    const { judged } = this;
    return judged.success ? [] : judged.issues.map(issueOf);
  }

  get request(): ShutdownRequest {
    return v.parse(shutdownRequestSchema, this.judged.output);
  }

  use(id: string): void {
    this.preset = id;
    const preset = shutdownPresets.find((one) => one.id === id);
    if (preset) Object.assign(this, shutdownDefaults, preset.fields);
  }
}
