"""One day of a hall in which every promise is broken, and what has to come of it."""
