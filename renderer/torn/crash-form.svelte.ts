import { PlanError } from '../../core/experiment/plan.ts';
import type { Issue } from '../../core/rpc/index.ts';
import { parseCrashPlanText } from '../../core/torn/crash/index.ts';
import { PlanDocument } from '../plan/document.svelte.ts';

interface CrashPlanChoice {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** The crash plan as text, judged as it is typed. */
export class CrashForm {
  choices = $state.raw<readonly CrashPlanChoice[]>([]);
  issues = $state.raw<readonly Issue[]>([]);
  /** Whether a new recording is made, or one that was kept is checked. */
  source = $state<'new' | 'kept'>('new');
  /** A new folder for the recording; empty: it is not kept. */
  keep = $state('');
  /** The folder of a recording that was kept. */
  recording = $state('');
  readonly document = new PlanDocument((text) => this.judge(text));

  get text(): string {
    return this.document.text;
  }

  /** The plan of the choices that this is; empty where it is the user's own. */
  readonly choice = $derived.by(() => this.choices.find(({ text }) => text === this.document.text)?.id ?? '');

  offer(choices: readonly CrashPlanChoice[]): void {
    this.choices = choices;
    const [first] = choices;
    if (first && this.text === '') this.document.replace(first.text);
  }

  use(id: string): void {
    const choice = this.choices.find((one) => one.id === id);
    if (choice) this.document.replace(choice.text);
  }

  /** What is asked for beside the plan. */
  get where(): { readonly keep?: string; readonly recording?: string } {
    const [keep, recording] = [this.keep.trim(), this.recording.trim()];
    if (this.source === 'kept') return { recording };
    return keep === '' ? {} : { keep };
  }

  /** Takes a recording that was kept, with the plan that was recorded. */
  take(recording: string, plan: string): void {
    this.source = 'kept';
    this.recording = recording;
    this.document.replace(plan);
  }

  private judge(text: string): void {
    this.issues = issuesOf(text);
    this.document.setIssues(this.issues);
  }
}

function issuesOf(text: string): Issue[] {
  try {
    parseCrashPlanText(text);
    return [];
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return error.issues.map(({ path, message }) => ({ place: path, message }));
  }
}
