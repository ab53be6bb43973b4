"""The gateway: over real HTTP into a real Kafka."""
