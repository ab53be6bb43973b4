"""What is guarded, and what gets through: TLS, logins, secrets, personal data. Real parts only."""
