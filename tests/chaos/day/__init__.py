"""The other half of the fault bench: a day in event time, every column and every message.

In event time what has to be found does not depend on when anything was processed, so that
nothing has to be forgiven: see `oracle` and `lives`. The live half is beside this folder.
"""
