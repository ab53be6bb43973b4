"""Who is speaking: the CloudEvents source of what the audit says.

Invariant: the same everywhere, for `source` + `id` is what makes an event the same.
"""

from typing import Final

SOURCE: Final = "hallwatch/audit"

#: `by` of what nobody asked for.
NOBODY: Final = "hallwatch"
