"""What we rely on from a broker, whichever it is."""
