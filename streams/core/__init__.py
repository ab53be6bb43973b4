"""The deciding core: (state, event, now) → (state, outcomes). Pure.

No clock, no network, no log and no Faust in here: time is an argument, outcomes are
values. `partition.Partition` is the door; the rest is what it is made of.
"""
