"""The real data beside the repository, and which shipped mapping reads which file."""

from collections.abc import Callable
from pathlib import Path

JANUARY, AUGUST = "bank_1999-01.csv.gz", "bank_1999-08-03.csv"
CHAT = "chat_staffed_support.csv"

MAPPINGS = {JANUARY: "bank.toml", AUGUST: "bank.toml", CHAT: "staffed-chat.toml"}

#: The events of one of the files, as `hallwatch import` made them.
Import = Callable[[str], Path]
