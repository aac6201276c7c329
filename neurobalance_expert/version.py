"""The version of the program, as it stands in every report."""

VERSION = "0.1.0"
