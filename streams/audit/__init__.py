"""Deciding what `hallwatch audit` and `hallwatch orders` say: facts in, events out. All pure."""
