"""Apache Kafka for the tests, as its makers build it."""
