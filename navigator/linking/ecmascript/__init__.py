"""What ECMAScript programs mean: objects with prototypes, ``this``, modules; rules over the shared solver."""
