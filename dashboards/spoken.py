"""In which language a page speaks: as its address asks, else as the site does.

Called by the pages of stories and acts. Invariant: a language nobody knows is none asked for.
"""

from typing import Literal

from aiohttp import web

Spoken = Literal["zh", "en"]


def language_of(request: web.Request, otherwise: Spoken) -> Spoken:
    match request.query.get("lang"):
        case "en":
            return "en"
        case "zh":
            return "zh"
        case _:
            return otherwise
