"""`lookup.changed`: an e-licence or data-check service (电子证照、数据核验) went up or down.

`subject` is the service. Sent into *every* partition, with the partition named outright, as
`source.heartbeat` is: whether a material had to be asked for depends on whether it could be
looked up at that moment. Carries no journey.
"""

from schemas.frame import Data, Frame


class LookupData(Data, frozen=True, kw_only=True):
    available: bool


class LookupChanged(Frame, frozen=True, kw_only=True, tag="lookup.changed"):
    data: LookupData
