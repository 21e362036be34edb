"""What every language's front end needs: slots, positions, flow of versions, definitions under construction."""

from navigator import native

native.prefer(__name__, __path__)
