import { parsePlanText, PlanError, type Step } from '../../experiment/plan.ts';
import type { WireStep } from '../../rpc/outcome.ts';
import {
  absent,
  columnsFromFlat,
  formatBytes,
  formatCount,
  pairExtents,
  plural,
  stepDetail,
  stepFile,
  usedRanges,
} from '../../view/index.ts';
import type { RunRecord } from '../record.ts';
import { summariseRecord } from '../summary.ts';
import { markup, type Markup } from './markup.ts';
import { pictureOf, type DrawnFile } from './picture.ts';
import { reportStyle } from './style.ts';

/** More of either helps nobody in a report; the JSON has them all. */
const rowsMax = 400;
const picturedMax = 40;
const unitBytes = 16384;

/**
 * A run as one HTML page that needs nothing else: no script, no other file, nothing of the network (its own policy says
 * so). For a colleague, a bug report, an archive.
 */
export function recordToHtml(record: RunRecord): string {
  const { title, result, host, began } = record;
  const summary = summariseRecord(record);
  const page = markup`<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><title>${title} – Untorn</title><style>${reportStyle}</style></head>
<body><header><p class="quiet">Untorn ${host.untorn}, ${host.kernel}, ${host.machine}, ${plural(host.cpus, 'CPU')}, ${began}</p>
<h1>${title}</h1><p class="verdict ${summary.verdict}">${verdictOf(record)}</p></header>
${reasonsOf(record)}${layoutsOf(record)}
<section><h2>Steps</h2>${stepTable(record)}</section>
<section><h2>Plan</h2><pre>${record.plan}</pre></section>
<footer class="quiet">Predicted by ${result.predicted.allocator}. Blocks of ${formatBytes(blockBytesOf(record))}.</footer></body></html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function blockBytesOf({ result }: RunRecord): number {
  return result.volume?.blockBytes ?? 4096;
}

function verdictOf({ result }: RunRecord): string {
  const { match, differences, disturbed, actual } = result;
  if (disturbed.length > 0) return '! Disturbed: this run proves nothing';
  if (!match) return `≠ Differs in ${plural(differences.length, 'place')}`;
  return `✓ Match: ${plural(actual.steps.length, 'step')}, ${plural(actual.files.length, 'file')}`;
}

function reasonsOf({ result }: RunRecord): Markup | string {
  const unwatched = result.match ? [] : (result.unwatched ?? []).map((text) => `Not watched: ${text}`);
  const texts = [...result.disturbed, ...unwatched, ...result.differences.map(({ text }) => text)];
  if (texts.length === 0) return '';
  return markup`<ul>${texts.slice(0, rowsMax).map((text) => markup`<li>${text}</li>`)}</ul>`;
}

function layoutsOf(record: RunRecord): Markup {
  const { predicted, actual, volume } = record.result;
  const names = [...new Set([...predicted.files, ...actual.files].map(({ file }) => file))];
  const files = names.map((name): DrawnFile => {
    const extents = (files: typeof predicted.files) => {
      const found = files.find(({ file }) => file === name)?.extents;
      return found ? columnsFromFlat(found) : null;
    };
    return { name, pairing: pairExtents(extents(predicted.files), extents(actual.files)) };
  });
  const used = usedRanges(files.map(({ pairing }) => pairing));
  const blockCount = volume?.blockCount ?? Math.max(1, ...used.slice(-1).map(({ end }) => end));
  const unitBlocks = Math.max(1, unitBytes / blockBytesOf(record));
  const pictured = files.slice(0, picturedMax);
  const rest =
    files.length > picturedMax
      ? markup`<p class="quiet">and ${plural(files.length - picturedMax, 'more file')}</p>`
      : '';
  return markup`<section><h2>Layout</h2><p class="legend"><i class="p"></i>predicted <i class="a"></i>actual <i class="d"></i>differs</p>
<div class="map">${pictureOf(pictured, used, blockCount, unitBlocks)}</div>${rest}</section>
<section><h2>Extents</h2>${extentTable(files)}</section>`;
}

function extentTable(files: readonly DrawnFile[]): Markup {
  const rows: Markup[] = [];
  const total = files.reduce((sum, { pairing }) => sum + pairing.count, 0);
  for (const { name, pairing } of files) {
    for (let row = 0; row < pairing.count && rows.length < rowsMax; row++) {
      const length = pairing.length[row] ?? 0;
      const differs = pairing.differs[row] === 1;
      rows.push(
        markup`<tr class="${differs ? 'not' : ''}"><td>${name}</td><td>${span(pairing.logical[row] ?? 0, length)}</td><td>${span(pairing.predicted[row] ?? absent, length)}</td><td>${span(pairing.actual[row] ?? absent, length)}</td><td>${formatCount(length)}</td><td>${differs ? '≠ differs' : ''}</td></tr>`,
      );
    }
  }
  const more =
    total > rows.length ? markup`<p class="quiet">and ${formatCount(total - rows.length)} more</p>` : '';
  return markup`<table><thead><tr><th scope="col">file</th><th scope="col">logical</th><th scope="col">predicted</th><th scope="col">actual</th><th scope="col">blocks</th><th scope="col"></th></tr></thead><tbody>${rows}</tbody></table>${more}`;
}

function span(first: number, length: number): string {
  return first === absent ? '—' : `${formatCount(first)}..${formatCount(first + length - 1)}`;
}

function stepTable({ plan, result }: RunRecord): Markup {
  const { predicted, actual, differences } = result;
  const planned = stepsOf(plan);
  const differing = new Set(differences.map(({ step }) => step));
  const rows = actual.steps.slice(0, rowsMax).map((step, index) => {
    const asked = planned[index];
    const what = asked ? `${stepFile(asked)} ${stepDetail(asked)}` : '';
    return markup`<tr class="${differing.has(index) ? 'not' : ''}"><td>${index}</td><td>${step.op}</td><td>${what}</td><td>${answer(predicted.steps[index])}</td><td>${answer(step)}</td></tr>`;
  });
  const more =
    actual.steps.length > rowsMax
      ? markup`<p class="quiet">and ${formatCount(actual.steps.length - rowsMax)} more</p>`
      : '';
  return markup`<table><thead><tr><th scope="col">#</th><th scope="col">step</th><th scope="col"></th><th scope="col">predicted</th><th scope="col">actual</th></tr></thead><tbody>${rows}</tbody></table>${more}`;
}

function answer(step: WireStep | undefined): string {
  if (!step) return '—';
  return step.result === -1 ? (step.errno ?? 'error') : formatCount(step.result);
}

/** A plan of another version of Untorn may not be one of ours; its text is shown all the same. */
function stepsOf(plan: string): readonly Step[] {
  try {
    return parsePlanText(plan).steps;
  } catch (error) {
    if (error instanceof PlanError) return [];
    throw error;
  }
}
