"""Throughput of the ZeRO-3 reproduction beside torch's FSDP2."""
