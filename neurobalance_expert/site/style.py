"""What is the same in every site: the settings of Sphinx, and the style sheet. Nothing of a knowledge base stands in either."""

CONF = '''\
"""Settings of Sphinx, written by neurobalance rules docs."""

project = "neurobalance"
author = "neurobalance"
html_title = "neurobalance: rules and knowledge"
extensions = ["myst_parser"]
myst_heading_anchors = 6
exclude_patterns = ["conf.py"]
suppress_warnings = ["misc.highlighting_failure", "myst.header"]
smartquotes = False
highlight_language = "text"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["neurobalance.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_use_index = False
html_theme_options = {"navigation_with_keys": True}
'''

CSS = """\
/* Boxes, tables and drawings of the pages that neurobalance rules docs writes. Colours follow the theme. */
body { --nb-alarm: #b3261e; }
body[data-theme="dark"] { --nb-alarm: #ff8a80; }
@media (prefers-color-scheme: dark) { body:not([data-theme="light"]) { --nb-alarm: #ff8a80; } }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible {
  outline: 2px solid var(--color-brand-primary); outline-offset: 2px; }

.nb-badges { margin: 0 0 1.2rem; display: flex; flex-wrap: wrap; gap: .4rem; }
.nb-badge { border: 1px solid var(--color-background-border); border-radius: 999px; padding: .1rem .7rem; font-size: .8rem;
  background: var(--color-background-secondary); color: var(--color-foreground-primary); white-space: nowrap; }
td .nb-badge { font-size: .95em; padding: .05rem .5rem; }
.nb-badge.nb-contraindicated, .nb-badge.nb-major { background: #b3261e; border-color: #b3261e; color: #ffffff; }
.nb-badge.nb-moderate { background: #8a4b08; border-color: #8a4b08; color: #ffffff; }
.nb-badge.nb-minor { background: #f3e2a9; border-color: #d9c27a; color: #3b2f00; }
.nb-badge.nb-info { background: #dbe9f6; border-color: #b5d0ea; color: #12344f; }
.nb-badge.nb-verified { background: #dcefe3; border-color: #aed4bd; color: #11402a; }
.nb-badge.nb-not-verified { background: #f8e3d3; border-color: #e5bf9f; color: #57290a; }
.nb-badge.nb-draft { background: #fff4c2; border-color: #b58900; border-style: dashed; color: #4a3600; }
.nb-badge.nb-retired { background: #4b5158; border-color: #4b5158; color: #ffffff; }

.nb-cards ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
@media (max-width: 46em) { .nb-cards ul { grid-template-columns: 1fr 1fr; } }
.nb-cards li { margin: 0; border: 1px solid var(--color-background-border); border-radius: .5rem; padding: .8rem 1rem;
  background: var(--color-background-secondary); }
.nb-cards li p { margin: 0; line-height: 1.3; }
.nb-cards li strong { display: block; font-size: 1.7rem; font-weight: 600; color: var(--color-brand-content); }

.nb-graph { margin: 0 0 1.2rem; padding: .4rem; border: 1px solid var(--color-background-border); border-radius: .5rem; }
.nb-graph svg { display: block; margin: 0 auto; width: 100%; height: auto; font-family: var(--font-stack); }
.nb-graph .nb-tall { display: none; }
@media (max-width: 46em) { .nb-graph .nb-wide { display: none; } .nb-graph .nb-tall { display: block; } }
.nb-graph text { font-size: 11.5px; text-anchor: middle; fill: var(--color-foreground-primary); }
.nb-graph rect { fill: var(--color-background-secondary); stroke: var(--color-foreground-border); stroke-width: 1; }
.nb-graph .nb-me rect { stroke: var(--color-brand-primary); stroke-width: 2.4; fill: var(--color-background-primary); }
.nb-graph .nb-me text { font-weight: 600; }
.nb-graph .nb-node-code rect { stroke-width: 1.6; }
.nb-graph .nb-node-more rect { fill: none; stroke: none; }
.nb-graph a { text-decoration: none; }
.nb-graph a:hover rect, .nb-graph a:focus-visible rect { stroke: var(--color-brand-primary); stroke-width: 2.4; }
.nb-edge { fill: none; stroke: var(--color-foreground-muted); stroke-width: 1.3; }
.nb-negates { stroke-dasharray: 5 4; }
.nb-overrides { stroke: var(--nb-alarm); stroke-width: 1.8; }
.nb-graph marker path { fill: var(--color-foreground-muted); }
.nb-legend { margin: .3rem 0 0; text-align: center; font-size: .75rem; color: var(--color-foreground-secondary); }
.nb-key { margin: 0 .6rem; white-space: nowrap; }
.nb-key::before { content: ""; display: inline-block; width: 1.8em; margin-right: .4em; vertical-align: .25em; border-top: 2px solid; }
.nb-key-negates::before { border-top-style: dashed; }
.nb-key-overrides::before { border-top-color: var(--nb-alarm); }

article h1 { overflow-wrap: anywhere; }
article h2 { font-size: 1.5em; }
[role=main] .table-wrapper.container { margin: .6rem 0 1.2rem; padding: 0; box-sizing: border-box; }
article table.docutils { font-size: .85rem; margin: 0; max-width: 100%; box-shadow: none;
  border: 1px solid var(--color-background-border); }
article table.docutils td, article table.docutils th { vertical-align: top; text-align: left; overflow-wrap: break-word; }
article table.docutils thead th { white-space: nowrap; }
article table.nb-facts th.stub { white-space: nowrap; font-weight: 500; color: var(--color-foreground-secondary);
  background: var(--color-background-secondary); }
article td code, article li code { white-space: normal; overflow-wrap: anywhere; }
article .nb-rules td:nth-child(1) { font-weight: 500; }
article .nb-rules td:nth-child(n+3) { white-space: nowrap; }

/* On a narrow screen each row of a table with a heading is a card: its first cell on top, the others with their headings beside them. */
@media (max-width: 46em) {
  article h1 { font-size: 1.9em; }
  article table.nb-facts th.stub { white-space: normal; width: 30%; }
  article table.nb-rows, article table.nb-rows tbody, article table.nb-rows tr, article table.nb-rows td { display: block; }
  article table.nb-rows { border: 0; border-radius: 0; }
  article table.nb-rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  article table.nb-rows tr { border: 1px solid var(--color-background-border); border-radius: .5rem;
    margin: 0 0 .6rem; padding: .45rem .75rem; }
  article table.nb-rows td { border: 0; padding: .12rem 0; }
  article table.nb-rows td > p { margin: 0; }
  article table.nb-rows td:first-child { font-size: 1.05em; }
  article table.nb-rows td:first-child a:first-of-type, article table.nb-rows td:first-child:not(:has(a)) { font-weight: 600; }
  article table.nb-rows td[data-label] { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr); column-gap: .6rem; }
  article table.nb-rows td[data-label]::before { content: attr(data-label); color: var(--color-foreground-secondary); }
  article table.nb-rows td[data-label] > * { grid-column: 2; }
  article .nb-rules table.nb-rows td[data-label], article table.nb-rows td:nth-child(2):last-child { display: block; }
  article .nb-rules table.nb-rows td[data-label]::before, article table.nb-rows td:nth-child(2):last-child::before { content: none; }
  article .nb-rules table.nb-rows td:nth-child(n+3) { display: inline-block; white-space: normal; margin-right: .7rem;
    color: var(--color-foreground-secondary); }
  article table.nb-rows tr td:not(:has(> p:not(:empty))) { display: none !important; }
}
"""
