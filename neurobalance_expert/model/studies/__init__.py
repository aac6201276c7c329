"""Published studies of people as data: what was eaten, what was measured, and what the model says about it."""
