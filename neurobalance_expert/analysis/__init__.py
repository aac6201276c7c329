"""Rules examined for every possible input: what can never fire, what fires together, what nothing covers. Needs the extra ``analyze``."""
