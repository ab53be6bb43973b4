"""The other sides of all channels, played by real servers in process.

They check what comes as the vendor would, remember it, and can be told to misbehave.
Invariant: `taken` holds what was answered with a yes, in order; nothing else was delivered.
"""

from tests.sinks.receivers.alertmanager import AlertmanagerReceiver
from tests.sinks.receivers.http import Answer, Asked, HttpReceiver
from tests.sinks.receivers.mail import Letter, MailReceiver
from tests.sinks.receivers.robots import DingTalkReceiver, FeishuReceiver, WeComReceiver
from tests.sinks.receivers.webhook import WebhookReceiver

__all__ = [
    "AlertmanagerReceiver",
    "Answer",
    "Asked",
    "DingTalkReceiver",
    "FeishuReceiver",
    "HttpReceiver",
    "Letter",
    "MailReceiver",
    "WeComReceiver",
    "WebhookReceiver",
]
