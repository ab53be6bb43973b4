"""A key nobody knows: a sentence that says so, and what is like it.

Pure. Called by the pages and the command line. Invariant: the key is repeated as it was asked.
"""

from dashboards.stories.found import Nothing
from dashboards.stories.story import Chapter, Item, Level, Page, Ref, Story, chapters_of
from dashboards.stories.telling import Teller
from dashboards.words import Words

_TITLES = {
    Page.TRACE: Words("没有找到“{key}”", 'Nothing is known of "{key}"'),
    Page.EXPLAIN: Words("没有找到告警“{key}”", 'There is no alert "{key}"'),
}
_CURES = {
    Page.TRACE: Words(
        "请核对取号、会话、办件、工单或整改单编号；刚发生的记录要过几秒才能查到。",
        "Check the number of the ticket, chat, case or order; "
        "what has just happened takes some seconds to be stored.",
    ),
    Page.EXPLAIN: Words(
        "告警编号是“承诺/对象/次数”，例如 online-first-response/C1/1。",
        "An alert's id is promise/journey/cycle, such as online-first-response/C1/1.",
    ),
}
_NEAR = Words("相近的编号", "Like it")


def compose_unknown(found: Nothing, page: Page, teller: Teller) -> Story:
    return Story(
        page=page,
        key=found.key,
        found=False,
        language=teller.language,
        title=teller.say(_TITLES[page], key=found.key),
        level=Level.NEAR,
        lead=(teller.say(_CURES[page]),),
        chapters=chapters_of(
            Chapter(
                name="near",
                heading=teller.say(_NEAR),
                items=tuple(
                    Item(name="near", words=key, refs=(Ref(page, key, key),)) for key in found.near
                ),
            )
        ),
    )
