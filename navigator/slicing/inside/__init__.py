"""What a slice carries besides upstream code: these files are copied into it, and need nothing but Python."""
