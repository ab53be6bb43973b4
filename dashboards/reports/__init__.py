"""Reports (月报、季度考核表): the hall's figures of a span, from ClickHouse to a file people file.

In the order data travels: `period` (which span), `questions` (the SQL), `reading` (asked, into
`facts`), `month` and `quarter` (composed into a `document`), `html`, `xlsx`, `docx` (written).
Invariant: a writer renders what the document says and looks nothing up, so that formats agree.
"""
