"""One alert explained, one journey told from end to end: for the command line and for the page
an alert's message links to.

`reading` asks ClickHouse, `trace` and `explain` compose what was read into a `story`, `text` and
`html` lay it out, `pages` serves it. Invariant: composing is pure, and only `reading` knows SQL.
"""
