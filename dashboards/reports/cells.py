"""A cell as people read it: the one place in which a figure becomes text.

Pure. Called by the writers and by what puts figures into sentences. Invariant: a share never
stands without its components, and one that may still change, or is made of estimates, says so.
"""

from dashboards.reports.document import (
    Cell,
    Link,
    Moment,
    Points,
    Share,
    Stars,
    Took,
)
from sinks.names import Language
from sinks.time_words import span

NOTHING = "—"

_PROVISIONAL = {"zh": "暂定", "en": "prov."}
_ESTIMATED = {"zh": "含估算", "en": "est."}


def marks(cell: Share | Took, language: str) -> tuple[str, ...]:
    """What has to be known of a figure before anybody leans on it."""
    provisional = isinstance(cell, Share) and cell.provisional
    return (_PROVISIONAL[language],) * provisional + (_ESTIMATED[language],) * cell.estimated


def percent(share: Share) -> str:
    """92.3 %, always with its tenth; cut as `Share.permille` is."""
    return f"{share.permille // 10}.{share.permille % 10} %"


def parts(share: Share) -> str:
    return f"{share.part}/{share.whole}"


def share_text(share: Share, language: str) -> str:
    """92.3 %（24/26，暂定）: in a sentence or on one line."""
    chinese = language == "zh"
    told = ("，" if chinese else ", ").join((parts(share), *marks(share, language)))
    return f"{percent(share)}（{told}）" if chinese else f"{percent(share)} ({told})"


def lines_of(cell: Cell, language: str) -> tuple[str, ...]:
    """The lines of a table's cell; the first one is what the eye should find."""
    match cell:
        case None:
            return (NOTHING,)
        case str():
            return (cell,)
        case int():
            return (str(cell),)
        case Share():
            return (percent(cell), parts(cell), *marks(cell, language))
        case Points():
            return (points_text(cell, language),)
        case Took():
            return (span(cell.milliseconds, Language(language)), *marks(cell, language))
        case Stars():
            hundredths = cell.total * 100 // cell.rated
            return (f"{hundredths // 100}.{hundredths % 100:02}", f"{cell.total}/{cell.rated}")
        case Moment():
            return (cell.iso.replace("T", " "),)
        case Link():
            return (cell.words,)


def points_text(points: Points, language: str) -> str:
    size = f"{abs(points.tenths) // 10}.{abs(points.tenths) % 10}"
    if points.tenths == 0:
        return "持平" if language == "zh" else "same"
    arrow = "↑" if points.tenths > 0 else "↓"
    return f"{arrow}{size}"


def is_number(cell: Cell) -> bool:
    return cell is None or isinstance(cell, int | Share | Points | Took | Stars)
