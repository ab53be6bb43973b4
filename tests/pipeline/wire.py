"""One event as a source puts it on the wire: the record's key and its value.

Called by tests that tell a worker in another process what happened.
"""

import msgspec

from tests.core.story import moment


def wire(kind: str, at: str, subject: str, **data: object) -> tuple[bytes, bytes]:
    """`at` as in `tests.core.story`."""
    told = {
        "specversion": "1.0",
        "id": f"{subject} {kind}",
        "source": "urn:test",
        "type": kind,
        "subject": subject,
        "time": moment(at).isoformat(),
        "data": data,
    }
    return subject.encode(), msgspec.json.encode(told)
