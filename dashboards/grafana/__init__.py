"""Grafana: the declared panels as dashboards, the files that provision them, and `push`."""
