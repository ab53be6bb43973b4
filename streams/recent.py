"""Ids seen lately, in bounded memory. Pure; used to say each alert once."""

from collections import OrderedDict


class Recent:
    """Remembers the last `capacity` ids."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ids: OrderedDict[str, None] = OrderedDict()

    def is_new(self, name: str) -> bool:
        """Whether `name` was not seen among the last ones; it has been now."""
        if name in self._ids:
            self._ids.move_to_end(name)
            return False
        self._ids[name] = None
        if len(self._ids) > self._capacity:
            self._ids.popitem(last=False)
        return True
