"""What ECMAScript programs mean: objects with prototypes, ``this``, modules; rules over the shared solver."""

from navigator import native

native.prefer(__name__, __path__)
