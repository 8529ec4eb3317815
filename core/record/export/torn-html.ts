import type { CrashReport } from '../../torn/crash/report.ts';
import { faultsIn, latencyAt, verdicts, type ShutdownResult, type StormResult } from '../../torn/index.ts';
import { formatBytes, formatCount, formatMicroseconds, plural } from '../../view/index.ts';
import type { TornRunRecord, TornRunResult } from '../torn-record.ts';
import { markup, type Markup } from './markup.ts';
import { reportStyle } from './style.ts';
import { tornHeadline } from '../torn-headline.ts';
import { rehearsalBody, verificationBody } from './torn-cuts-html.ts';
import { coursePicture, fieldsPicture, gridPicture } from './torn-picture.ts';
import {
  findingsMax,
  findingsSection,
  legend,
  promisesSection,
  rowsMax,
  table,
  unitSection,
  unitsSection,
} from './torn-sections.ts';
import { tornStyle } from './torn-style.ts';

/** A torn run as one HTML page that needs nothing else, with its pictures. */
export function tornRecordToHtml(record: TornRunRecord): string {
  const { title, result, host, began, plan } = record;
  const { tone, glyph, text } = tornHeadline(result);
  const page = markup`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>${title} – Untorn</title><style>${reportStyle}${tornStyle}</style></head>
<body><header><p class="quiet">Untorn ${host.untorn}, ${host.kernel}, ${host.machine}, ${plural(host.cpus, 'CPU')}, ${began}</p>
<h1>${title}</h1><p class="verdict ${tone}">${glyph} ${text}</p></header>
${seededSection(result)}${bodyOf(result)}
<section><h2>What was asked</h2><pre>${pretty(plan)}</pre></section>
<footer class="quiet">${'run' in result ? `Run ${result.run}.` : ''}</footer></body></html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function bodyOf(result: TornRunResult): Markup {
  switch (result.kind) {
    case 'storm':
      return stormBody(result);
    case 'shutdown':
      return shutdownBody(result);
    case 'crash':
      return crashBody(result);
    case 'power-cut':
    case 'verify':
      return verificationBody(result);
    case 'rehearsal':
      return rehearsalBody(result);
  }
}

function seededSection({ sensitivity }: TornRunResult): Markup {
  const { kinds = [], missed } = sensitivity;
  const rows = kinds.map(
    ({ kind, seeded, found }) =>
      markup`<tr class="${found < seeded ? 'not' : ''}"><td>${kind}</td><td>${seeded}</td><td>${found}</td><td>${found < seeded ? '≠ missed' : '✓'}</td></tr>`,
  );
  const lines = missed.map((text) => markup`<li>${text}</li>`);
  return markup`<section><h2>Seeded faults</h2>${table(['fault', 'seeded', 'found', ''], rows)}${lines.length > 0 ? markup`<ul>${lines}</ul>` : ''}</section>`;
}

function stormBody({
  numbers,
  seconds,
  verification,
  wrongReads,
  series = [],
  promises,
}: StormResult): Markup {
  const { latencies = [] } = numbers;
  const shares = [0.5, 0.9, 0.99, 0.999, 1].map((share) => latencyAt(latencies, share));
  const names = ['median', '90 of 100', '99 of 100', '999 of 1000', 'longest'];
  const times = names.flatMap((name, at) => {
    const time = shares[at] ?? null;
    return time === null ? [] : [markup`<tr><td>${name}</td><td>≤ ${formatMicroseconds(time)}</td></tr>`];
  });
  const rate = seconds > 0 ? Math.round(numbers.acknowledged / seconds) : 0;
  return markup`<section><h2>Storm</h2><p>${plural(numbers.acknowledged, 'write')} acknowledged (${formatBytes(numbers.acknowledgedBytes)}) in ${seconds.toFixed(1)} s: ${formatCount(rate)} a second.
${plural(numbers.reads, 'read')} meanwhile, ${formatCount(numbers.tornWhileWritten)} of them torn beside a write, ${formatCount(numbers.wrongReads)} wrong.</p>
${series.length > 1 ? markup`<p class="legend">How long writes took: <i class="c most"></i>longest <i class="c p99"></i>99 of 100 <i class="c p90"></i>90 of 100 <i class="c p50"></i>median</p><div class="map">${coursePicture(series)}</div>` : ''}${times.length > 0 ? table(['share', 'took'], times) : ''}</section>
${verification ? unitsSection(verification) : ''}
${findingsSection([...(verification?.findings ?? []), ...wrongReads])}${promisesSection(promises)}`;
}

function shutdownBody({ rounds, promises, filesystem }: ShutdownResult): Markup {
  const fields = rounds.flatMap(({ round, flag, field }) =>
    field ? [{ name: `${round}, flag ${flag}`, field }] : [],
  );
  const rows = rounds.slice(0, rowsMax).map((round) => {
    const faults = faultsIn(round.counts);
    return markup`<tr class="${faults > 0 ? 'not' : ''}"><td>${round.round}</td><td>${round.flag}</td><td>${round.seed}</td><td>${round.afterMilliseconds.toFixed(1)}</td><td>${formatCount(round.acknowledged)}</td><td>${formatCount(round.acknowledgedLate)}</td><td>${formatCount(round.unfinished)}</td><td>${formatCount(round.counts.new)}</td><td>${formatCount(round.counts.old)}</td><td>${faults > 0 ? `≠ ${faults}` : 0}</td></tr>`;
  });
  const head = [
    'round',
    'flag',
    'seed',
    'after ms',
    'acknowledged',
    'late',
    'cut off',
    'new',
    'old',
    'faults',
  ];
  return markup`<section><h2>Rounds on ${filesystem}</h2>${fields.length > 0 ? markup`${legend()}<div class="map">${fieldsPicture(fields)}</div>` : ''}${table(head, rows)}</section>
${findingsSection(rounds.flatMap(({ findings }) => findings))}${promisesSection(promises)}`;
}

function crashBody(report: CrashReport): Markup {
  const { states, recording, check, crossCheck, findings, picture, unit = null, grid = [] } = report;
  const rows = findings.slice(0, findingsMax).map(({ state, faults, unusable, explanation }) => {
    const what = [...faults.map(({ file, text }) => `${file}: ${text}`), ...unusable].join('; ');
    return markup`<tr><td>${state.length > 60 ? `${state.slice(0, 59)}…` : state}</td><td>${faults[0]?.verdict ?? 'unusable'}</td><td class="wide">${what}</td><td class="wide">${explanation.join('; ')}</td></tr>`;
  });
  const counts = verdicts.flatMap((verdict) => {
    const count = states.verdicts[verdict] ?? 0;
    return count > 0 ? [markup`<tr class="not"><td>${verdict}</td><td>${formatCount(count)}</td></tr>`] : [];
  });
  return markup`<section><h2>Crash states</h2><p>${plural(recording.unitWrites, 'unit write')} became ${plural(recording.writes, 'write')} and ${plural(recording.flushes, 'flush', 'flushes')} of the disk, ${plural(recording.crashPoints, 'crash point')}.
${plural(states.distinct, 'state')} that differ in content, ${formatCount(states.withCut)} of them with a write cut; checked ${check.how === 'memory' ? 'in memory' : 'by mounting'} in ${check.seconds.toFixed(1)} s; ${formatCount(crossCheck.agreed)} of ${formatCount(crossCheck.states)} mounted as well agree.</p>${counts.length > 0 ? table(['worst verdict', 'states'], counts) : ''}</section>
${grid.length > 0 ? markup`<section><h2>Crash points by outcome</h2><div class="map">${gridPicture(grid)}</div></section>` : ''}
${unit ? markup`<section><h2>The simplest</h2>${unitSection(unit)}</section>` : picture.length > 0 ? markup`<section><h2>The simplest</h2><pre>${picture.join('\n')}</pre></section>` : ''}
${rows.length > 0 ? markup`<section><h2>States that are wrong</h2>${table(['state', 'verdict', 'what', 'why'], rows)}</section>` : ''}`;
}

/** Text of JSON with its lines; anything else as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
