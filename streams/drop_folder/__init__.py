"""A folder that exports are dropped into: each becomes events, and is put away with a report.

`watching` tells which files are finished, `reading` makes their events, `putting_away` writes the
report and moves the file. `hallwatch watch-folder` puts these in order. Invariant: a file leaves
the folder only after Kafka has every event of it; taken up again after a crash its events are the
same ones, with the same ids.
"""
