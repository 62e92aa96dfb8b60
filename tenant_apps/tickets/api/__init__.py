"""Tickets for programs: `platform_desk` is what a company asks Portico, all the rest the company's own desk."""
