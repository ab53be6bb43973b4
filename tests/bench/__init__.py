"""`make bench`: the worker against the same job as Faust's documentation writes it."""
