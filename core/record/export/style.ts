import { markup } from './markup.ts';

/** Colours mean the same as in the app: predicted outlined, actual filled, what differs hatched. */
export const reportStyle = markup`
:root{color-scheme:light dark;--ground:light-dark(#f9f9f7,#16171a);--line:light-dark(#d9d8d3,#2a2c31);--ink:light-dark(#191a1c,#e9e9e6);--quiet:light-dark(#50535a,#adb1b8);--predicted:light-dark(#1f55c0,#83aaff);--actual:light-dark(#14705e,#46b39b);--differs:light-dark(#b9301a,#ff8063)}
body{margin:32px auto;max-width:1200px;padding:0 20px;background:var(--ground);color:var(--ink);font:14px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:24px;margin:4px 0}h2{font-size:12px;letter-spacing:.05em;text-transform:uppercase;color:var(--quiet);margin:32px 0 8px}
.quiet,.legend{color:var(--quiet);font-size:12px}.verdict{font-size:18px;font-weight:600}.match{color:var(--actual)}.differs-word,.verdict.differs,.not td{color:var(--differs)}
table{border-collapse:collapse;font:12px/1.6 ui-monospace,monospace}th,td{padding:1px 12px 1px 0;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}th{color:var(--quiet);font-weight:400}
pre{padding:12px;border:1px solid var(--line);overflow:auto;max-height:480px;font:12px/1.5 ui-monospace,monospace}.map{overflow-x:auto}
.tick{stroke:var(--line)}.gap{fill:var(--line);opacity:.45}.axis{font:10px ui-monospace,monospace;fill:var(--quiet)}.file{font:11px ui-monospace,monospace;fill:var(--ink)}
rect.predicted{fill:none;stroke:var(--predicted)}rect.actual{fill:var(--actual)}rect.unwritten{fill:none;stroke-dasharray:3 2}rect.actual.unwritten{stroke:var(--actual)}rect.differs{fill:url(#hatch);stroke:var(--differs)}.hatch{fill:var(--differs)}
.legend i{display:inline-block;width:18px;height:10px;margin:0 4px 0 14px}.legend .p{border:1.5px solid var(--predicted)}.legend .a{background:var(--actual)}.legend .d{border-block:1.5px solid var(--differs);background:repeating-linear-gradient(135deg,var(--differs) 0 1.5px,transparent 1.5px 4.5px)}
`;
