"""Published kinetic models of synthesis: dopamine, serotonin, methionine and folate; and relative rates of the first steps."""
