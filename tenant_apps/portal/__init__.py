"""The portal of a company: what stands at its front door. No models."""
