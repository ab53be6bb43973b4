"""随机问卷调查: `survey.answered`; `subject` is the journey asked about.

Owns the shape only. Kept beside the measured times of the same journey, so that what people
say can be compared with what was measured.
"""

from typing import Annotated

from msgspec import Meta

from schemas.frame import Code, Frame
from schemas.rating import RatingData

#: 1 (worst) to 10 (best); of questions that ask for minutes, minutes.
Answer = Annotated[int, Meta(ge=0, le=1000)]


class AnsweredData(RatingData, frozen=True, kw_only=True):
    survey: Code
    answers: Annotated[dict[Code, Answer], Meta(min_length=1, max_length=50)]  #: by question


class SurveyAnswered(Frame, frozen=True, kw_only=True, tag="survey.answered"):
    data: AnsweredData
