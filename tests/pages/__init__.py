"""What the documentation says, run and held against the programs."""
