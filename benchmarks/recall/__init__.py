"""How many of the calls that running programs really make the static graph has."""
