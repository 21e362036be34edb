"""What opens over the views: lists to choose from, a line to type, search, filters."""
