"""The style sheet of the HTML page, for light and dark, screen and paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --panel: #ffffff; --ink: #1c2733; --muted: #5b6875; --line: #dde2e7;
  --blue: #2563a8; --orange: #c2570c; --green: #2f7d4f; --gray: #9aa5b1; --red: #b3261e; --amber: #8a6100;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161b; --panel: #1a2027; --ink: #e6eaee; --muted: #9ba7b4; --line: #303944;
    --blue: #6ba6e8; --orange: #ef9350; --green: #6cc08b; --gray: #6b7785; --red: #f2857d; --amber: #e0b354;
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
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.2rem, 1fr)); gap: .7rem; margin: 1.5rem 0 0; }
.card, .panel { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; }
.card { padding: .8rem .9rem; display: flex; flex-direction: column; justify-content: space-between; }
.card .what { color: var(--muted); font-size: .85rem; }
.card .value { font-size: 1.5rem; font-weight: 650; line-height: 1.25; white-space: nowrap; }
.card .more { color: var(--muted); font-size: .85rem; }
.panel { padding: .4rem 1rem; margin: .7rem 0; overflow-x: auto; }
.panel.drawn { padding: 1rem; }
.panel svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.panel.wide svg { max-width: none; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
th, td {
  text-align: left; padding: .42rem .9rem .42rem 0; border-top: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word;
}
thead th { border-top: 0; color: var(--muted); font-weight: 500; font-size: .85rem; vertical-align: bottom; }
tbody tr:last-child td { padding-bottom: .55rem; }
th.n, td.n { text-align: right; padding-right: 0; padding-left: .9rem; }
td.n { white-space: nowrap; }
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
.bad { border-left: .3rem solid var(--red); }
.open { border-left: .3rem solid var(--amber); }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
details summary { cursor: pointer; color: var(--muted); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .93rem; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
@media print { body { background: none; } .card, .panel { break-inside: avoid; } }
"""
