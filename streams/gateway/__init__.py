"""Events over HTTP, for systems that speak no Kafka.

In the order a request travels: `serve` takes it, `keyring` knows whose key it is, `binding` unpacks
it, `reception` holds it to the contract and to what the key may send, `streams.event_sender` has
Kafka take it, and `problem` is how a refusal reads. `openapi` tells it all to machines. Invariant:
what is answered with 202 Kafka has acknowledged, byte for byte as it was sent.
"""
