"""What people do about alerts: acknowledge, excuse, silence.

`links` signs what a message may lead to, `checks` decides whether an act holds, `events` makes the
event, `sender` has Kafka take it, `register` puts these in order. Invariant: an act is entered only
when the broker has it, and doing the same twice is one act.
"""
