"""The contracts: what comes in (events) and what goes out (outcome rows, dead letters).

Owns every message and row shape, and nothing that decides. Imports no other room of
hallwatch. Called by every room. Invariant: past `schemas.decode`, nothing is a dict.
"""
