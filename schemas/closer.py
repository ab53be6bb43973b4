"""What is looked at in an event once it is read, beside what its types already say.

Owns which types have anything of it (read off their structs, once); looking is
`schemas.decode`'s, the only caller. Invariant: a type whose data hold neither times nor
people's words costs nothing but the question, which is asked of every event.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args, get_type_hints

import msgspec
from msgspec import Struct

from schemas.frame import Frame
from schemas.words import WORDS


class Closer(Struct, frozen=True):
    """`moments`: fields of the data that hold a time; `words`: a person wrote some of it."""

    moments: tuple[str, ...]
    words: bool


def closer_looks(frames: tuple[type[Frame], ...]) -> Iterator[tuple[type[Frame], Closer]]:
    """Of each type that needs one."""
    for frame in frames:
        (data,) = (one.type for one in msgspec.structs.fields(frame) if one.name == "data")
        moments = tuple(
            name
            for name, hint in get_type_hints(data).items()
            if datetime in (hint, *get_args(hint))
        )
        words = frame.__struct_config__.tag in WORDS
        if moments or words:
            yield frame, Closer(moments, words)
