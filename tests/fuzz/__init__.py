"""Everything a record can be, through decode and the core: nothing escapes."""
