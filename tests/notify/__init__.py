"""Who is told what, when and once: the core alone, without a broker or a receiver."""
