"""A rasteriser over numpy: fills, strokes and clips with anti-aliased edges, where skia is not installed."""
