"""What tracing costs the traced program."""
