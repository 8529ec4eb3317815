import * as v from 'valibot';
import {
  armRequestSchema,
  rehearsalRequestSchema,
  verifyRequestSchema,
  type ArmRequest,
  type RehearsalRequest,
  type VerifyRequest,
} from '../../core/torn/index.ts';
import type { ArmedRun, ListedDevice } from '../../core/rpc/index.ts';
import { given, issueOf, numberOf, sizeOf, type FieldIssue } from './fields.svelte.ts';

/** A form that is judged by the schema of its request, which the service and the command line have, too. */
abstract class Judged<Request> {
  protected abstract readonly schema: v.GenericSchema<Request>;
  protected abstract get input(): unknown;
  /** What must be named, by the field's name in the request: empty, it is missing, but not wrong yet. */
  protected abstract get needed(): Readonly<Record<string, string>>;

  get issues(): FieldIssue[] {
    const judged = v.safeParse(this.schema, this.input);
    return judged.success ? [] : judged.issues.map(issueOf);
  }

  /** Whether a field is only not filled in yet. */
  isMissing(field: string): boolean {
    return this.needed[field]?.trim() === '';
  }

  get request(): Request {
    return v.parse(this.schema, this.input);
  }
}

const trimmed = (text: string) => text.trim();

/** The machine whose power is to be cut. */
export class ArmForm extends Judged<ArmRequest> {
  path = $state('');
  size = $state('');
  destroy = $state('');
  witness = $state('');
  key = $state('');
  units = $state('16KiB');
  writers = $state('4');
  sync = $state<'dsync' | 'fsync'>('dsync');
  atomic = $state(true);
  direct = $state(true);
  seed = $state('');
  protected readonly schema = armRequestSchema;

  protected get needed() {
    const { path, witness, key } = this;
    return { path, witness, key };
  }

  protected get input() {
    return {
      path: this.path.trim(),
      ...given('sizeBytes', this.size, sizeOf),
      ...given('destroy', this.destroy, trimmed),
      witness: this.witness.trim(),
      key: this.key.trim(),
      unitBytes: this.units.split(',').map((text) => sizeOf(text)),
      writers: numberOf(this.writers),
      sync: this.sync,
      atomic: this.atomic,
      direct: this.direct,
      ...given('seed', this.seed, numberOf),
    };
  }
}

/** A target that is judged by what was promised of it. */
export class VerifyForm extends Judged<VerifyRequest> {
  from = $state<VerifyRequest['from']>('witness');
  witness = $state('');
  key = $state('');
  run = $state('');
  file = $state('');
  folder = $state('');
  target = $state('');
  protected readonly schema = verifyRequestSchema;

  protected get needed() {
    const { witness, key, run, file, folder } = this;
    return { witness, key, run, file, folder };
  }

  protected get input() {
    const target = given('target', this.target, trimmed);
    switch (this.from) {
      case 'witness': {
        const [witness, key, run] = [this.witness, this.key, this.run].map(trimmed);
        return { from: this.from, witness, key, run, ...target };
      }
      case 'witness-file':
        return { from: this.from, file: this.file.trim(), ...target };
      case 'record':
        return { from: this.from, folder: this.folder.trim(), ...target };
    }
  }

  /** A run that was armed here before the power went. */
  take({ run, witness, key }: Pick<ArmedRun, 'run' | 'witness' | 'key'>): void {
    this.from = 'witness';
    this.run = run;
    this.witness = witness;
    this.key = key;
    this.target = '';
  }
}

/** Power cuts of an emulated drive. */
export class RehearsalForm extends Judged<RehearsalRequest> {
  kernel = $state('');
  on = $state<'device' | 'ext4' | 'xfs'>('device');
  times = $state('3');
  unit = $state('16KiB');
  keeps = $state('');
  lies = $state(false);
  atomic = $state(true);
  sync = $state<'dsync' | 'fsync'>('dsync');
  seed = $state('');
  protected readonly schema = rehearsalRequestSchema;

  protected get needed() {
    return {};
  }

  protected get input() {
    return {
      ...given('kernel', this.kernel, trimmed),
      on: this.on,
      times: numberOf(this.times),
      unitBytes: sizeOf(this.unit),
      ...given('keepsBytes', this.keeps, sizeOf),
      lies: this.lies,
      atomic: this.atomic,
      sync: this.sync,
      ...given('seed', this.seed, numberOf),
    };
  }
}

/** The forms of the three things that can be done about power cuts. */
export class CutForms {
  readonly arm = new ArmForm();
  readonly verify = new VerifyForm();
  readonly rehearse = new RehearsalForm();
  readonly drives: () => Promise<readonly ListedDevice[]>;

  constructor(drives: () => Promise<readonly ListedDevice[]>) {
    this.drives = drives;
  }
}
