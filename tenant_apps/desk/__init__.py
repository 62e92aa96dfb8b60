"""The workspace of a company: the screens of its owner, managers and agents. No models."""
