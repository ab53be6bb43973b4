"""The hotline's clocks: working days, the day itself not counted (民法典 第二百零一条).

The stories' day is a Monday; the hall closes at 17:00, and at 11:30 on Saturdays.
"""

import pytest

from tests.core.hall import ANY_ORDER, Hall, told
from tests.core.office_story import OrderStory, order


@pytest.mark.parametrize(
    ("story", "promise", "status"),
    [
        (order().received("10:00").contacted("2022-10-18 17:00"), "hotline-contact", "kept"),
        (order().received("10:00").contacted("2022-10-18 17:00:01"), "hotline-contact", "late"),
        (order().received("10:00").closed("11:00"), "hotline-contact", "kept"),
        (order().received("10:00").closed("2022-10-22 11:30"), "hotline-close-general", "kept"),
        (order().received("10:00").closed("2022-10-22 11:31"), "hotline-close-general", "late"),
        (
            order().received("10:00", "complex").closed("2022-11-03 16:00"),
            "hotline-close-complex",
            "kept",
        ),
    ],
    ids=[
        "contacted by the close of the next working day",
        "a second later",
        "an answer is a contact, too",
        "closed within five working days",
        "after the fifth",
        "a complex one has fifteen",
    ],
)
def test_the_clocks_of_an_order(story: OrderStory, promise: str, status: str) -> None:
    assert told(story, at="2022-11-30 09:00").verdict(promise, "H1").status == status


def test_nobody_called_back_and_the_section_is_told_with_no_further_event() -> None:
    hall = Hall(ANY_ORDER)
    hall.hear(order().received("10:00"))
    hall.settle("2022-10-18 17:00")
    assert hall.said == []
    hall.settle("2022-10-18 17:00:01")
    assert hall.messages() == ["hotline-contact/H1/1/breached"]


def test_an_order_waits_through_the_days_it_may_take_and_is_never_expired() -> None:
    hall = told(order().received("10:00"), at="2022-10-21 09:00")
    assert hall.journey("H1").end == "open"
    hall.hear(order().closed("2022-10-21 10:00"))
    hall.settle("2022-10-21 10:01")
    row = hall.journey("H1")
    assert (row.kind, row.end, row.resolved, row.channel) == ("order", "closed", True, "hotline")
