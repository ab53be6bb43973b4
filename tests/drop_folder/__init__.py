"""The watched folder: real files, a real Kafka, a real kill -9."""
