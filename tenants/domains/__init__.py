"""Domains that companies own: proven by a TXT record, watched for as long as they count."""
