"""Who may see the wall: by a name and password of our own, or by the word of a proxy.

Owns the users file, the checks and the answer to whoever may not. What the wall shows is
`dashboards`'. Wired by `streams.worker_door`. Invariant: without a door nothing here runs; with
one, a path that nobody opened is shut.
"""
