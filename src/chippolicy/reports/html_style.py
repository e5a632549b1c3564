"""How the HTML report looks, and the filters, which are style rules and no script."""

from __future__ import annotations

from collections.abc import Iterable

STYLE = """
:root {
  color-scheme: light dark;
  --back: #fff; --card: #f6f7f9; --line: #d0d5dc; --ink: #1b1f24; --faint: #57606a;
  --link: #0b57d0; --error: #b3261e; --warning: #7a5300; --note: #0b57d0; --good: #1a6b35;
  --mark: #ffd9d4; --mark-ink: #410e0b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171b; --card: #1d2126; --line: #3b424b; --ink: #e6e9ed; --faint: #a2abb6;
    --link: #8ab4f8; --error: #ff9c92; --warning: #f2c14e; --note: #8ab4f8; --good: #7ddc9a;
    --mark: #6d211a; --mark-ink: #fff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--back); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "Hiragino Sans", "Yu Gothic UI",
    "Noto Sans CJK JP", sans-serif;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.5rem; margin: 0.5rem 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
h3 { font-size: 1rem; margin: 0; font-weight: 600; }
p { margin: 0.4rem 0; }
a { color: var(--link); }
code, .row { font-family: ui-monospace, Consolas, "Noto Sans Mono CJK JP", monospace; }
code { font-size: 0.9em; }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
.good { color: var(--good); } .faint { color: var(--faint); }
.scroll { overflow-x: auto; margin: 0.6rem 0; }
table { border-collapse: collapse; overflow-wrap: break-word; }
th, td { border: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: start;
  vertical-align: top; }
.row { font-size: 0.85rem; background: var(--back); }
.row th, .row td { min-width: 2rem; max-width: 22rem; overflow-wrap: break-word;
  white-space: pre-wrap; }
.row th { color: var(--faint); font-weight: 600; }
.number { text-align: end; font-variant-numeric: tabular-nums; }
mark { background: var(--mark); color: var(--mark-ink); outline: 2px solid var(--error);
  outline-offset: 2px; border-radius: 2px; }
.finding { background: var(--card); border: 1px solid var(--line); border-radius: 6px;
  border-inline-start: 5px solid var(--faint); padding: 0.6rem 0.9rem; margin: 0.7rem 0; }
.finding.s-error { border-inline-start-color: var(--error); }
.finding.s-warning { border-inline-start-color: var(--warning); }
.finding.s-note { border-inline-start-color: var(--note); }
.finding:target { outline: 3px solid var(--link); }
.place { display: flex; flex-wrap: wrap; gap: 0.1rem 0.8rem; align-items: baseline; }
.message { font-size: 1.05rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0.4rem 0; }
dt { color: var(--faint); } dd { margin: 0; }
summary { cursor: pointer; padding: 0.2rem 0; }
fieldset { border: 0; margin: 0.3rem 0; padding: 0; }
fieldset label { display: inline-block; padding: 0.25rem 0.8rem 0.25rem 0; }
details fieldset { max-height: 18rem; overflow-y: auto; }
details fieldset label { display: block; }
input { accent-color: var(--link); }
.filters { border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem 0.9rem;
  margin: 1rem 0; }
button { font: inherit; padding: 0.2rem 0.9rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
body { counter-reset: found; } .finding { counter-increment: found; }
.only-filtered { display: none; }
main:has(.narrow:checked) .only-filtered { display: block; }
.shown::before { content: counter(found); }
@supports not selector(:has(a)) { .filters { display: none; } }
@media (max-width: 40rem) {
  body { padding: 0.6rem; }
  .far, .near > *, .spare { display: none; }
  .near::before { content: "…"; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.3rem; }
}
@media print { .filters { display: none; } .finding { break-inside: avoid; } }
"""


def filter_rules(classes: Iterable[str]) -> str:
    """For each class the rule that hides all else while the choice of that class is made."""
    return "".join(
        f"main:has(#pick-{name}:checked) .part:not(.{name}) {{ display: none; }}\n"
        for name in classes
    )
