"""Who hears by mail of what happens on the company's desk."""
