"""The paths of the two pages, as messages and pages link to them.

Owns the quoting. Pure. Invariant: any key there can be, with slashes, `#`, `%` or Chinese in it,
comes back from its path as it was.
"""

from collections.abc import Callable
from urllib.parse import quote

from dashboards.stories.story import Page

#: In the address of an explanation: that it came in a message, for a wall that asks who you are.
PROOF = "proof"

#: The path of an alert's explanation, for a link that holds until then (seconds).
Details = Callable[[str, int], str]


def plain_details(alert: str, _: int) -> str:
    """Without a proof: where there is no key to make one."""
    return path_of(Page.EXPLAIN, alert)


def in_language(path: str, language: str) -> str:
    """A path of ours, to be read in this language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def path_of(page: Page, key: str) -> str:
    """`explain/online-first-response%2FC1%2F1`: under the address the wall is served at."""
    return f"{page.value}/{quote(key, safe='')}"
