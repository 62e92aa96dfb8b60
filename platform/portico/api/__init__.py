"""What all programs' interfaces share: who asks, how input is read, how refusals look, how the document is made."""
