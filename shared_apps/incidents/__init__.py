"""Something that is wrong in several companies at once, and what each of them is told about it."""
