import { markup } from './markup.ts';

/** A verdict has one colour and one pattern, here and in the app. */
export const tornStyle = markup`
:root{--stale:light-dark(#8a5200,#e5aa48)}
.verdict.match{color:var(--actual)}.verdict.disturbed{color:var(--stale)}h3{font-size:13px;margin:20px 0 4px}td.wide{white-space:normal;max-width:420px}
.v-new,.v-sound{fill:var(--actual)}.v-old{fill:url(#v-old);stroke:var(--predicted);stroke-width:.6}.v-stale{fill:url(#v-stale);stroke:var(--stale);stroke-width:.6}.v-torn{fill:url(#v-torn);stroke:var(--differs)}.v-mixed-writers{fill:url(#v-mixed-writers);stroke:var(--differs)}.v-misplaced{fill:url(#v-misplaced);stroke:var(--stale)}.v-garbage{fill:url(#v-garbage);stroke:var(--ink)}.v-unreadable,.v-unusable{fill:url(#v-unreadable);stroke:var(--quiet)}.v-unseen{fill:none;stroke:var(--line)}
.v-line{fill:none;stroke-width:1.3}.v-line.p{stroke:var(--predicted)}.v-line.d{stroke:var(--differs)}.v-line.m{stroke:var(--stale)}.v-line.f{stroke:var(--quiet)}.v-dot.m{fill:var(--stale)}.v-dot.k{fill:var(--ink)}.v-ground{fill:none}
.course{fill:none;stroke:var(--ink);stroke-width:1.4}.course.p50{stroke:var(--actual)}.course.p90{stroke:var(--actual);stroke-dasharray:5 2}.course.p99{stroke:var(--predicted)}.course.most{stroke:var(--quiet);stroke-dasharray:1 2}
.legend .c{height:0;border-bottom:2px solid var(--actual);vertical-align:middle}.legend .c.p90{border-bottom-style:dashed}.legend .c.p99{border-color:var(--predicted)}.legend .c.most{border-bottom:2px dotted var(--quiet)}.legend span{margin-right:14px}
`;
