"""From a key to its story: read, then compose. The one door of this room.

Owns the order of the two; blocks while ClickHouse answers. Called by `pages`, in its thread, and
by the command line. Invariant: whatever is asked, a story comes back, and it says if it is one of
nothing.
"""

from typing import Literal

from dashboards.stories.explain import compose_explanation
from dashboards.stories.found import Nothing
from dashboards.stories.reading import read_alert, read_trace
from dashboards.stories.site import Site
from dashboards.stories.store_rows import Read
from dashboards.stories.story import Page, Story
from dashboards.stories.telling import Teller
from dashboards.stories.trace import compose_trace
from dashboards.stories.unknown import compose_unknown


def tell(
    read: Read,
    site: Site,
    page: Page,
    key: str,
    now: float,
    language: Literal["zh", "en"] | None = None,
) -> Story:
    """`now`: seconds since the epoch. Raises StoreAwayError when `read` does."""
    teller = Teller(site, language or site.language)
    match page:
        case Page.TRACE:
            trace = read_trace(read, key)
            if isinstance(trace, Nothing):
                return compose_unknown(trace, page, teller)
            return compose_trace(trace, teller, now)
        case Page.EXPLAIN:
            alert = read_alert(read, key)
            if isinstance(alert, Nothing):
                return compose_unknown(alert, page, teller)
            return compose_explanation(alert, teller, now)
