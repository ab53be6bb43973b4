"""The paths of the two pages, as messages and pages link to them.

Owns the quoting. Pure. Invariant: any key there can be, with slashes, `#`, `%` or Chinese in it,
comes back from its path as it was.
"""

from urllib.parse import quote

from dashboards.stories.story import Page


def path_of(page: Page, key: str) -> str:
    """`explain/online-first-response%2FC1%2F1`: under the address the wall is served at."""
    return f"{page.value}/{quote(key, safe='')}"
