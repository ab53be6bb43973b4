"""Why a promise was not kept, in words: the codes of `AlertRow.cause`.

Owns the words. Pure; called by the bodies. Invariant: the fault of a clerk and that of a system
never read alike; a code that is not known is left out rather than shown.
"""

from sinks.names import Language, Phrase

_CAUSES: dict[str, Phrase] = {
    "clerk": Phrase(
        "当时系统正常，窗口可自行查到", "the look-up worked; the counter could have used it"
    ),
    "system": Phrase(
        "当时电子证照或数据核验不可用，属系统原因",
        "the look-up was down; the system's fault, not the clerk's",
    ),
    "silent": Phrase("没有任何操作", "no sign of anybody"),
    "paused-without-reason": Phrase("暂停服务，没有登记原因", "paused without a reason"),
    "device-failed": Phrase("评价器故障", "the rating device was out of order"),
    "approver": Phrase(
        "审批环节又要了收件时没提的材料", "the approver asked for more than was asked at intake"
    ),
    "receiver": Phrase("收件时没有一次告知", "not all was asked for at intake"),
    "returned": Phrase("被退件", "the case was returned"),
}

_SIGNS: dict[str, Phrase] = {
    "no-trace": Phrase(
        "现场受理，却没有取号、叫号和终端记录", "taken in on site, without any ticket or terminal"
    ),
    "no-counter-volume": Phrase(
        "已进驻事项，窗口几乎没有办件", "a listed item that hardly any counter handles"
    ),
    "department-share": Phrase(
        "部门直接受理的比例在上升", "departments take in a rising share directly"
    ),
}

_SURE: dict[str, Phrase] = {
    "certain": Phrase("证据确凿", "certain"),
    "likely": Phrase("很可能", "likely"),
    "possible": Phrase("有此可能，待核实", "possible, to be checked"),
}

#: What to do where the cause asks for something else than the promise does.
TODO_BY_CAUSE: dict[str, Phrase] = {
    "system": Phrase(
        "请报修系统；恢复后由窗口补查，不让办事人再跑",
        "Have the look-up mended; then the counter looks it up, and nobody comes again.",
    ),
}


def cause_words(cause: str, language: Language) -> str:
    """ "" where nothing is known."""
    sign, _, sure = cause.partition(": ")
    if sign in _SIGNS:
        words = _SIGNS[sign].said(language)
        if sure not in _SURE:
            return words
        return Phrase("{words}（{sure}）", "{words} ({sure})").said(
            language, words=words, sure=_SURE[sure].said(language)
        )
    known = _CAUSES.get(cause)
    return known.said(language) if known else ""
