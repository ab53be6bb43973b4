"""The same job in other stream processors, each written as its own documentation advises."""
