"""How long the laws are tried: HALLWATCH_LAWS=thorough for a long search by hand.

In CI the same cases are drawn each time, so that a red run is about the change.
"""

import os

from hypothesis import settings

settings.register_profile(
    "usual", max_examples=250, deadline=None, derandomize=os.environ.get("CI", "") == "true"
)
settings.register_profile("thorough", max_examples=10_000, deadline=None)
settings.load_profile(os.environ.get("HALLWATCH_LAWS", "usual"))
