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
.nb-badges { margin: 0 0 1.2rem; display: flex; flex-wrap: wrap; gap: .4rem; }
.nb-badge { border: 1px solid var(--color-background-border); border-radius: 999px; padding: .1rem .7rem; font-size: .8rem;
  background: var(--color-background-secondary); color: var(--color-foreground-primary); white-space: nowrap; }
.nb-badge.nb-contraindicated, .nb-badge.nb-major { background: #b3261e; border-color: #b3261e; color: #ffffff; }
.nb-badge.nb-moderate { background: #8a4b08; border-color: #8a4b08; color: #ffffff; }
.nb-badge.nb-minor { background: #f3e2a9; border-color: #d9c27a; color: #3b2f00; }
.nb-badge.nb-info { background: #dbe9f6; border-color: #b5d0ea; color: #12344f; }
.nb-badge.nb-verified { background: #dcefe3; border-color: #aed4bd; color: #11402a; }
.nb-badge.nb-not-verified { background: #f8e3d3; border-color: #e5bf9f; color: #57290a; }

.nb-cards ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem;
  grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
.nb-cards li { margin: 0; border: 1px solid var(--color-background-border); border-radius: .5rem; padding: .8rem 1rem;
  background: var(--color-background-secondary); }
.nb-cards li p { margin: 0; line-height: 1.3; }
.nb-cards li strong { display: block; font-size: 1.7rem; font-weight: 600; color: var(--color-brand-content); }

.nb-graph { overflow-x: auto; margin: 0 0 1.2rem; padding: .4rem; border: 1px solid var(--color-background-border); border-radius: .5rem; }
.nb-graph svg { display: block; margin: 0 auto; width: 100%; min-width: 30rem; height: auto; font-family: var(--font-stack); }
.nb-graph text { font-size: 11.5px; text-anchor: middle; fill: var(--color-foreground-primary); }
.nb-graph rect { fill: var(--color-background-secondary); stroke: var(--color-foreground-border); stroke-width: 1; }
.nb-graph .nb-me rect { stroke: var(--color-brand-primary); stroke-width: 2.4; fill: var(--color-background-primary); }
.nb-graph .nb-me text { font-weight: 600; }
.nb-graph .nb-node-code rect { stroke-dasharray: none; stroke-width: 1.6; }
.nb-graph .nb-node-more rect { fill: none; stroke: none; }
.nb-graph a:hover rect { stroke: var(--color-brand-primary); }
.nb-edge { fill: none; stroke: var(--color-foreground-muted); stroke-width: 1.3; }
.nb-negates { stroke-dasharray: 5 4; }
.nb-overrides { stroke: #b3261e; stroke-width: 1.8; }
.nb-graph marker path { fill: var(--color-foreground-muted); }

article h2 { font-size: 1.5em; }
article .table-wrapper { margin: .6rem 0 1.2rem; }
article table.docutils { font-size: .85rem; margin-left: 0; margin-right: auto; }
article table.docutils td, article table.docutils th { vertical-align: top; text-align: left; overflow-wrap: break-word; }
article table.docutils th { white-space: nowrap; }
@media (max-width: 46em) { article table.docutils td a { overflow-wrap: anywhere; } }
article td code, article li code { white-space: normal; overflow-wrap: anywhere; }
article table thead:has(th:empty + th:empty:last-child) { display: none; }
"""
