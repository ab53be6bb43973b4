"""The pages behind a message's links, and the HTTP API: where people acknowledge, excuse, silence.

`alert_reads` asks ClickHouse what is known of an alert, `page` lays a page out in the words of
`act_words`, `pages` serves it, `api` takes JSON. What is decided comes from outside. Invariant: a
GET changes nothing: chat programs fetch links to show what is behind them.
"""
