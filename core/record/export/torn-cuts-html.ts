/** What stands in the report of power cuts: real ones, and rehearsed ones. */
import {
  faultsIn,
  type PowerCutResult,
  type RecordVerification,
  type RehearsalResult,
  type RehearsalRound,
} from '../../torn/index.ts';
import { formatBytes, formatCount, plural } from '../../view/index.ts';
import { markup, type Markup } from './markup.ts';
import { fieldsPicture } from './torn-picture.ts';
import { findingsSection, legend, promisesSection, rowsMax, table, unitsSection } from './torn-sections.ts';

export function verificationBody(result: PowerCutResult | RecordVerification): Markup {
  const { verification, promises, settings } = result;
  return markup`<section><h2>What was judged</h2><p>${settings.target}: ${whatWasKnown(result)}</p></section>
${verification ? unitsSection(verification) : ''}${findingsSection(verification?.findings ?? [])}${promisesSection(promises)}`;
}

function whatWasKnown(result: PowerCutResult | RecordVerification): string {
  if (result.kind === 'power-cut')
    return `the witness (${result.witness}) has ${plural(result.acknowledged, 'acknowledged write')} and ${formatCount(result.unfinished)} under way.`;
  return result.rebooted
    ? 'the machine was started anew since the run: what was acknowledged as durable must be there.'
    : 'the machine has not been started anew since the run: all that was acknowledged must be there.';
}

export function rehearsalBody({ settings, rounds, totals }: RehearsalResult): Markup {
  const { drive } = settings;
  const fields = rounds.flatMap(({ round, field }) => (field ? [{ name: `cut ${round}`, field }] : []));
  const where = settings.on === 'device' ? 'the bare drive' : `a file on ${settings.on}`;
  const cache = drive.volatileCache ? 'a volatile cache' : 'no volatile cache';
  return markup`<section><h2>Power cuts</h2><p>Linux ${settings.kernel} in QEMU wrote to ${where}, ${settings.atomic ? 'with RWF_ATOMIC' : 'without RWF_ATOMIC'}, durable by ${settings.sync}, in units of ${formatBytes(settings.unitBytes)}.
The drive claims ${formatBytes(drive.claimsBytes)} whole and keeps ${formatBytes(drive.keepsBytes)}, has ${cache}${drive.lies ? ', and lies about flushes' : ''}.
${plural(totals.acknowledged, 'write')} acknowledged, ${formatCount(totals.unfinished)} under way; ${formatCount(totals.lost)} lost in the drive, ${formatCount(totals.cut)} cut.</p>
${fields.length > 0 ? markup`${legend()}<div class="map">${fieldsPicture(fields)}</div>` : ''}${table(head, rounds.slice(0, rowsMax).map(roundRow))}</section>
${findingsSection(rounds.flatMap(({ findings }) => findings))}`;
}

const head = [
  ...['power cut', 'run', 'after', 'acknowledged', 'under way'],
  ...['kept', 'lost', 'cut', 'new', 'old', 'faults'],
];

function roundRow({ round, run, afterMilliseconds, drive, counts, ...rest }: RehearsalRound): Markup {
  const faults = faultsIn(counts);
  const isWrong = faults > 0 || rest.unusable !== null;
  const found = rest.unusable ?? (faults > 0 ? `≠ ${faults}` : '0');
  return markup`<tr class="${isWrong ? 'not' : ''}"><td>${round}</td><td>${run}</td><td>${(afterMilliseconds / 1000).toFixed(2)} s</td><td>${formatCount(rest.acknowledged)}</td><td>${formatCount(rest.unfinished)}</td><td>${drive.kept}</td><td>${drive.lost}</td><td>${drive.cut}</td><td>${counts.new}</td><td>${counts.old}</td><td class="wide">${found}</td></tr>`;
}
