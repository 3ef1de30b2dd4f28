"""The style sheet of the HTML page, for light and dark, for screens of any width and for paper."""

_PAGE = """
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --panel: #ffffff; --ink: #1c2733; --muted: #5b6875; --line: #dde2e7;
  --blue: #2563a8; --orange: #c2570c; --green: #2f7d4f; --gray: #9aa5b1; --red: #b3261e; --amber: #8a6100;
  --lit: #d4550a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161b; --panel: #1a2027; --ink: #e6eaee; --muted: #9ba7b4; --line: #303944;
    --blue: #6ba6e8; --orange: #ef9350; --green: #6cc08b; --gray: #6b7785; --red: #f2857d; --amber: #e0b354;
    --lit: #ffb061;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header p { margin: 0; color: var(--muted); }
h1 {
  font-size: 1.55rem; line-height: 1.3; font-weight: 650; margin: .35rem 0 .6rem;
  text-wrap: balance; overflow-wrap: anywhere;
}
h2 { font-size: 1.15rem; margin: 2.6rem 0 .7rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; }
.panel { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; }
.panel { padding: .4rem 1rem; margin: .7rem 0; overflow-x: auto; }
.panel.drawn { padding: 1rem; }
.panel svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.panel.scroll svg { max-width: none; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
th, td {
  text-align: left; padding: .42rem .9rem .42rem 0; border-top: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word;
}
thead th { border-top: 0; color: var(--muted); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody tr:last-child td { padding-bottom: .55rem; }
th.n, td.n { text-align: right; padding-right: 0; padding-left: .9rem; }
td.n { white-space: nowrap; } td:first-child { min-width: 6.5rem; }
.note { color: var(--muted); font-size: .88rem; margin: .4rem 0 0; }
.badge {
  display: inline-block; white-space: nowrap; font-size: .8rem; font-weight: 650;
  padding: .05rem .5rem; border: 1px solid; border-radius: 1rem;
}
.EQUIVALENT, .AGREES { color: var(--green); }
.AGREES { border-style: dashed; }
.SKIPPED { color: var(--muted); border-style: dashed; }
.DIFFERENT { color: var(--red); }
.UNDECIDED { color: var(--amber); border-style: dashed; }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
details { margin: .7rem 0; }
summary { cursor: pointer; color: var(--muted); padding: .15rem 0; }
summary.proven { color: var(--green); font-weight: 600; } summary.unproven { color: var(--red); font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .93rem; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
"""

_CIRCUIT = """
.equations {
  font: .84rem/1.55 ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere;
  padding: .7rem 1rem;
}
.equations span { color: var(--muted); }
.switched > input { position: absolute; opacity: 0; }
.switched > label {
  display: inline-block; font-size: .85rem; color: var(--muted); cursor: pointer; padding: .15rem .7rem;
  border: 1px solid var(--line); border-radius: 1rem; margin: 0 .4rem .5rem 0;
}
.switched > input:checked + label { color: var(--ink); border-color: var(--blue); font-weight: 600; }
.switched > input:focus-visible + label { outline: 2px solid var(--blue); outline-offset: 2px; }
.front { display: none; }
#cut-chip:checked ~ .front.chip, #cut-core:checked ~ .front.core { display: block; }
.narrow { display: none; }
.live { padding: .9rem 1rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .7rem 1rem; }
.fields label { display: flex; flex-direction: column; font-size: .88rem; justify-content: end; }
.fields .name { overflow-wrap: anywhere; }
.fields input {
  font: inherit; font-size: 1rem; font-variant-numeric: tabular-nums; color: inherit; background: var(--paper);
  border: 1px solid var(--gray); border-radius: .35rem; padding: .3rem .5rem; width: 100%; margin: .15rem 0;
}
.fields input[aria-invalid=true] { border-color: var(--red); }
.fields output { color: var(--muted); font-size: .8rem; font-variant-numeric: tabular-nums; min-height: 1.2em; }
.steps { margin: .9rem 0 0; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.steps button {
  font: inherit; font-size: .93rem; color: inherit; background: var(--paper); cursor: pointer;
  border: 1px solid var(--gray); border-radius: .35rem; padding: .3rem .8rem;
}
.steps button:hover { border-color: var(--blue); }
#live-place { color: var(--muted); font-size: .88rem; }
.answer { margin: .7rem 0 0; font-size: 1.1rem; }
#live-truth { font-size: .95rem; }
.right { color: var(--green); } .wrong { color: var(--red); }
.schematic text { font: 12px system-ui, sans-serif; fill: var(--ink); dominant-baseline: central; }
.schematic .input text { text-anchor: end; }
.schematic .output text { font-weight: 600; }
.schematic text.mark { font-size: 9px; text-anchor: middle; fill: var(--muted); }
.schematic path, .schematic rect, .schematic circle { fill: none; stroke: var(--gray); stroke-width: 1.3; }
.schematic .dot { fill: var(--gray); stroke: none; }
.schematic .body { fill: var(--panel); stroke: var(--blue); stroke-width: 1.4; }
.schematic .one.wire path, .schematic .one.pin path, .schematic .one.gate .lead {
  stroke: var(--lit); stroke-width: 2.6;
}
.schematic .one.wire .dot { fill: var(--lit); }
.schematic .one.gate .body { stroke: var(--lit); stroke-width: 2.2; }
.schematic .one.input text, .schematic .one.output text { fill: var(--lit); font-weight: 700; }
"""

_MEDIA = """
@media (max-width: 40rem) {
  main { padding: 1.4rem .9rem 3rem; }
  h1 { font-size: 1.25rem; }
  .panel { padding: .3rem .7rem; } .panel.drawn { padding: .7rem; }
  .wide { display: none; } .narrow { display: block; }
  table { font-size: .87rem; } th.n, td.n { padding-left: .7rem; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; }
}
@media print {
  body { background: none; font-size: 11pt; } main { max-width: none; padding: 0; }
  .panel, tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .panel.scroll svg, .panel svg { max-width: 100%; height: auto; }
  .panel { overflow: visible; } details::details-content { content-visibility: visible; block-size: auto; }
  .live .steps, .switched > label, noscript { display: none; }
  .wide { display: block; } .narrow { display: none; }
}
"""

STYLE = _PAGE + _CIRCUIT + _MEDIA
