"""What companies pay for: plans, and what Stripe knows about them."""
