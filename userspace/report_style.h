/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the report looks: on screens, light and dark, and on paper.
 */
#ifndef IXCTL_REPORT_STYLE_H
#define IXCTL_REPORT_STYLE_H

#define REPORT_STYLE \
":root{color-scheme:light;--ink:#1b2733;--dim:#5a6875;--paper:#fff;--line:#d5dde4;--head:#eef2f6;" \
"--accent:#0b5f8a;--chip:#dceef8;--red:#b3261e;--blue:31,119,180}\n" \
"@media (prefers-color-scheme:dark){:root{color-scheme:dark;--ink:#e4eaf0;--dim:#a3b0bc;" \
"--paper:#141a20;--line:#36424d;--head:#1f2932;--accent:#7cc4ee;--chip:#21455c;--red:#ff8a80;" \
"--blue:90,160,220}}\n" \
"*{box-sizing:border-box}\n" \
"body{margin:0;padding:1rem clamp(.75rem,3vw,2.5rem);background:var(--paper);color:var(--ink);" \
"font:16px/1.5 system-ui,\"Noto Sans\",\"Noto Sans JP\",\"Hiragino Sans\",\"Yu Gothic\",Meiryo,sans-serif}\n" \
"#english:checked~main [lang=ja],#japanese:checked~main [lang=en]{display:none}\n" \
"input[name=language]{position:absolute;opacity:0}\n" \
".switch{float:right;margin-left:.4rem;padding:.15rem .7rem;border:1px solid var(--line);" \
"border-radius:1rem;cursor:pointer;color:var(--dim)}\n" \
"input:checked+.switch{background:var(--accent);color:var(--paper);border-color:var(--accent)}\n" \
"input:focus-visible+.switch{outline:3px solid var(--accent);outline-offset:2px}\n" \
"h1{margin:0;font-size:1.7rem;line-height:1.25}\n" \
"h2{margin:2.2rem 0 .6rem;font-size:1.25rem;border-bottom:2px solid var(--accent);padding-bottom:.2rem}\n" \
"header p,.note{color:var(--dim);font-size:.875rem;max-width:75em}\n" \
"ul{list-style:none;margin:0;padding:0}\n" \
".tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:1rem}\n" \
".tiles li{padding:.5rem .9rem;background:var(--head);border-radius:.5rem}\n" \
".tiles b{font-size:1.3rem;margin-right:.2rem}\n" \
".scroll{overflow-x:auto}\n" \
"table{border-collapse:collapse;font-size:.875rem}\n" \
"th,td{padding:.35rem .55rem;border:1px solid var(--line);text-align:left;vertical-align:top}\n" \
"thead th,th[scope=row]{background:var(--head)}\n" \
".matrix th[scope=row]{position:sticky;left:0;z-index:1}\n" \
".matrix td{min-width:7rem}\n" \
".n{text-align:right;font-variant-numeric:tabular-nums}\n" \
".chip{display:inline-block;margin:0 .2rem .2rem 0;padding:0 .45rem;border:1px solid transparent;" \
"border-radius:.35rem;background:var(--chip)}\n" \
".all{font-weight:700}\n" \
".part,.trial,.watched{border:1px dashed var(--dim)}\n" \
".trial{background:none;color:var(--dim)}\n" \
".soon{border:2px solid var(--red)}\n" \
".alarm{border:2px solid var(--red);font-weight:700}\n" \
".cut{color:var(--red);font-weight:700}\n" \
".none{color:var(--dim)}\n" \
"td small{display:block;color:var(--dim)}\n" \
".chip small{display:inline}\n" \
".refused{border-left:.3rem solid var(--red);padding-left:.3rem}\n" \
".h1{background:rgba(var(--blue),.06)}.h2{background:rgba(var(--blue),.12)}" \
".h3{background:rgba(var(--blue),.19)}.h4{background:rgba(var(--blue),.27)}" \
".h5{background:rgba(var(--blue),.36)}\n" \
".r1{box-shadow:inset 0 -2px var(--red)}.r2{box-shadow:inset 0 -4px var(--red)}" \
".r3{box-shadow:inset 0 -6px var(--red)}.r4{box-shadow:inset 0 -8px var(--red)}" \
".r5{box-shadow:inset 0 -10px var(--red)}.r3,.r4,.r5{padding-bottom:1rem}\n" \
".counters li{display:inline-block;margin:0 .25rem .25rem 0;padding:0 .4rem;border-radius:.3rem}\n" \
".d1{background:rgba(200,40,30,.08)}.d2{background:rgba(200,40,30,.15)}" \
".d3{background:rgba(200,40,30,.22)}.d4{background:rgba(200,40,30,.3)}" \
".d5{background:rgba(200,40,30,.4)}\n" \
"details{margin:.4rem 0}summary{cursor:pointer}details table{margin:.4rem 0 .8rem}\n" \
"dt{font-weight:600}dd{margin:0 0 .5rem 1rem}dd li{display:inline-block;margin-right:.8rem}\n" \
"code{font-size:.9em}\n" \
"@media print{:root{color-scheme:light;--ink:#000;--dim:#444;--paper:#fff;--line:#999;--head:#eee;" \
"--accent:#0b5f8a;--chip:#dceef8;--red:#b3261e;--blue:31,119,180}body{padding:0;font-size:9pt}.switch{display:none}.scroll{overflow:visible}" \
"section{break-inside:auto}h2{break-after:avoid}tr{break-inside:avoid}thead{display:table-header-group}" \
"*{-webkit-print-color-adjust:exact;print-color-adjust:exact}@page{size:A4 landscape;margin:12mm}}\n"

#endif /* IXCTL_REPORT_STYLE_H */
