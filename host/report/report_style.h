/* The one style of the report. Its hash stands in the page's policy, so that no other applies. */
#ifndef CL_REPORT_STYLE_H
#define CL_REPORT_STYLE_H

#define CL_REPORT_LIGHT                                                                            \
    "--paper:#fff;--ink:#1a1c1f;--soft:#555b63;--line:#c9ced6;--box:#f4f5f7;--on:#b3261e;"         \
    "--off:#0b6e4f;--other:#5f6368;--mark:#1f4e9c;--hatch:#ffffff"
#define CL_REPORT_DARK                                                                             \
    "--paper:#16181c;--ink:#eceef1;--soft:#a9b0ba;--line:#3d434c;--box:#20242a;--on:#ff8a80;"      \
    "--off:#5fd3a5;--other:#b0b6bf;--mark:#8ab4f8;--hatch:#16181c"

static const char cl_report_style[] =
    ":root{color-scheme:light dark;" CL_REPORT_LIGHT "}"
    "@media screen and (prefers-color-scheme:dark){:root{" CL_REPORT_DARK "}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;padding:24px;max-width:1040px;background:var(--paper);color:var(--ink);"
    "font:15px/1.5 system-ui,'DejaVu Sans',sans-serif;"
    "overflow-wrap:break-word}"
    "h1{font-size:27px;line-height:1.2;margin:0 0 4px}"
    "h2{font-size:19px;margin:32px 0 8px;padding-top:12px;border-top:2px solid var(--ink)}"
    "h3{font-size:15px;margin:0 0 4px}p{margin:0 0 8px}.soft{color:var(--soft)}"
    "ul{margin:0;padding-inline-start:20px}code{font:13px "
    "ui-monospace,monospace;overflow-wrap:anywhere}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:16px 0 0}"
    "dt{color:var(--soft)}dd{margin:0;min-width:0}.d{white-space:nowrap}"
    ".cards,.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:16px}"
    ".card{border:1px solid var(--line);border-radius:6px;background:var(--box);padding:12px 16px}"
    ".big{font-size:30px;font-weight:700;line-height:1.2;margin:0}"
    ".s-on{color:var(--on)}.s-off{color:var(--off)}.s-none,.s-unknown{color:var(--other)}"
    ".s{font-weight:700;white-space:nowrap}"
    ".time{border-inline-start:4px solid var(--mark);padding:4px 12px;margin:16px 0 0}"
    ".hidden{border-color:var(--on);font-weight:700}"
    "table{border-collapse:collapse;width:100%;font-size:13px}"
    "th,td{text-align:start;vertical-align:top;padding:6px 8px;border-bottom:1px solid var(--line)}"
    "th{border-bottom:2px solid var(--ink)}td.n{font-variant-numeric:tabular-nums}"
    "table time,time span,table.changes td:nth-child(5) div{white-space:nowrap}table.changes "
    "td:nth-child(4)::first-letter,th::first-letter{text-transform:uppercase}table.changes "
    "td{max-width:420px}"
    ".pair{margin-top:20px}tr.warn td:first-child{box-shadow:inset 4px 0 var(--on)}"
    ".words{color:var(--soft);margin:2px 0 0}"
    "q:lang(fr){quotes:'« ' ' »'}" /* no browser puts the spaces */
    "a{color:var(--mark)}figure{margin:0 0 16px}"
    "figure img{max-width:100%;max-height:520px;border:1px solid var(--line)}"
    ".wide{overflow-x:auto}"
    "svg.timeline{width:100%;height:auto;display:block;min-width:640px}svg "
    "text{font-size:12px;fill:var(--ink)}text.who{font-weight:700}"
    "text.date{fill:var(--soft);font-size:11px}"
    ".tick,.lane{stroke:var(--line);stroke-width:1;fill:none}.turn{stroke:var(--ink);"
    "stroke-width:1.2}"
    ".b-on{fill:url(#p-on);stroke:var(--on)}.b-off{fill:var(--off);stroke:var(--off)}"
    ".b-none{fill:var(--paper);stroke:var(--other)}"
    ".b-unknown{fill:url(#p-unknown);stroke:var(--other)}"
    "path.blind{fill:none;stroke-width:2;stroke-dasharray:3 4}"
    ".f-on{fill:var(--on)}.f-line{fill:var(--hatch);fill-opacity:.55}.f-paper{fill:var(--paper)}"
    ".f-unknown{fill:var(--other)}"
    ".doc{fill:var(--paper);stroke:var(--mark);stroke-width:1.4}.stamp{fill:var(--mark)}"
    ".alert path{fill:var(--on)}svg .alert text{fill:var(--paper);font-weight:700;font-size:12px}"
    ".legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:12px;list-style:none;padding:0;"
    "margin:4px 0 0}.legend li{display:flex;align-items:center;gap:6px}.legend svg{flex:none}"
    "@page{margin:15mm}"
    "@media "
    "print{:root{color-scheme:light}body{padding:0;max-width:none;font-size:9.5pt;line-height:1.4}"
    "h1{font-size:18pt}h2{font-size:13pt;margin:10pt 0 "
    "5pt;padding-top:6pt;break-after:avoid}.big{font-size:20pt}"
    "table{font-size:8pt}thead{display:table-header-group}"
    "tr,.card,figure,.time,svg{break-inside:avoid}svg.timeline{min-width:0}"
    ".wide{overflow:visible}a{color:inherit;text-decoration:none}"
    "table.changes td:nth-child(5) div,.changes time,.texts "
    "time{white-space:normal}.changes td:nth-child(6) "
    "time{white-space:nowrap}.changes td:nth-child(6) span.soft{display:block}th,td{padding:3px "
    "5px}table code{font-size:7.5pt}"
    /* no paragraph is parted from its heading or its table, and the last part is one */
    ".pair{break-inside:avoid}h2+p.soft{break-after:avoid}h2:last-of-type~p{break-before:avoid}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    ".cards,.pair{grid-template-columns:repeat(auto-fit,minmax(70mm,1fr))}figure "
    "img{max-height:200mm}}";

#endif
