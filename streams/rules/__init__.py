"""Promises, sections and calendars: data files that cite their clause, and their loader."""
