"""The brokers hallwatch talks to: reaching one, its topics, and one of our own for demos.

Owns connecting, topic creation and the embedded broker's process. Does not send or read a
single event. Called by the worker's start, the demo and the tests. Invariant: nothing here
is needed once the worker runs.
"""
