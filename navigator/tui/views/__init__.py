"""The three linked views: calls, graph, source."""
