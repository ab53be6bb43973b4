"""What stands in an alert about a channel that people are told over, in place of a promise.

Owns the name only. Of such an alert the channel's name is the `journey`, why it was given up the
`cause` (a sentence without secrets), and the notices that did not arrive the `evidence`.
"""

#: A channel gave notices up for ever: whoever waits for them has to be told another way.
CHANNEL_FAILED = "channel-failed"
