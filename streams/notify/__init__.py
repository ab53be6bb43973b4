"""Who is told what, when and once: the pure core of the notifier.

No clock, Kafka or network in it; `streams.app_notify` is its shell.
"""
