"""What a text may hold that is somebody's: ID numbers, phone numbers, addresses, names.

Owns the patterns. Which texts of a document are looked at, and how, is `schemas.privacy`'s,
the only caller (`schemas.published` repeats `HAN` to producers). Invariant: what is found is said
in words of ours, never repeated.

An identifier must not be Chinese at all: in one, Chinese text is taken for a name. People's
own words (`schemas.words`) are Chinese, and no pattern tells a name among them; there, whoever
asks for the words says that no citizen's name belongs in them, and what can be told is refused.
The obsolete 15-digit ID numbers (not valid since 2013) are not looked for: too many ticket
numbers look like them. A number of 18 digits with a wrong check character is an ID number with
a slip of the finger, and names its owner all the same; or it is a case number, which halls build
of the region, the day and a serial number. The day tells the two apart (`_SERIALS_SINCE`).
"""

import re
import unicodedata
from datetime import date

MASK = "***"

#: GB 11643-1999: region (6), birth date (8), sequence (3), check character.
_ID_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])"
    r"(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"

#: Provinces and the like, with which every region begins (GB/T 2260).
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")

#: The oldest day a hall's serial numbers are taken to be of. Whoever was born later is a child,
#: whose number is recognised by its check character alone.
_SERIALS_SINCE = date(2010, 1, 1)

#: Mainland mobile numbers, with or without +86 and separators.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")

#: Area code and number, eleven digits or more: 021-56780000, 0512 6778 0000.
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z])0(?:10|2\d|[3-9]\d{2}(?=[- ]?\d{7}))[- ]?\d{4}[- ]?\d{3,4}(?![0-9A-Za-z])"
)

_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+")

#: Chinese characters but the rarest, written so that every language's expressions read it: the
#: published schemas (`schemas.published`) have it, too.
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"

_HAN = re.compile(HAN + r"|[\U00020000-\U0003ffff]")


def in_identifier(text: str) -> str:
    """What an identifier holds, in words; "" when nothing was found."""
    if _HAN.search(text):
        return "Chinese text, which may be a person's name"
    return _number(text)


def in_words(text: str) -> str:
    """What people's own words hold; "" when nothing was found.

    A keyboard set to Chinese writes digits and signs of full width: they count as the others.
    """
    plain = unicodedata.normalize("NFKC", text)
    if found := _number(plain):
        return found
    if _LANDLINE.search(plain):
        return "a telephone number"
    return "an e-mail address" if _MAIL_ADDRESS.search(plain) else ""


def in_either(text: str) -> str:
    """What a text holds of which it is not known whether it is an identifier."""
    return in_identifier(text) or in_words(text)


def masked(text: str) -> str:
    """A text that is no document, with all that an identifier must not hold taken out."""
    text = _ID_NUMBER.sub(MASK, text)
    text = _MOBILE.sub(MASK, text)
    return _HAN.sub("*", text)


def _number(text: str) -> str:
    if any(_is_id_number(found.group()) for found in _ID_NUMBER.finditer(text)):
        return "a national ID number"
    return "a mobile phone number" if _MOBILE.search(text) else ""


def _is_id_number(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11] == text[17].upper() or _is_one_mistyped(text)


def _is_one_mistyped(text: str) -> bool:
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return bool(_PROVINCES.match(text)) and born < _SERIALS_SINCE
