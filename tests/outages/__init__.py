"""What a worker does while ClickHouse or a channel is away: measured, and tested."""
