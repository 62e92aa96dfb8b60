"""Settings of a company's desk: everything its managers set, and everybody's recipes."""
