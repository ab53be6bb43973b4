"""What people look at: panels, their SQL, and the built-in wall."""
