"""How fast the navigator indexes and answers, and how much memory it takes, beside other tools in the same run."""
