"""Call graphs of real repositories, from the source itself: index, browse, explain, run."""
