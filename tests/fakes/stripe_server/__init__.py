"""Stripe for the tests: a server on loopback that keeps customers, subscriptions and invoices, and lets somebody pay.

It is no proof that Stripe behaves like this. What is proven: parameters are held against those that Stripe's own
library publishes (its typed `params`, generated from the API's description), and every object it answers with has only
fields, and for closed lists only words, that the library's types know (`checking`). Its behaviour was written from the
documentation, and covers what the product uses.
"""

from tests.fakes.stripe_server.serving import Server

__all__ = ["Server"]
