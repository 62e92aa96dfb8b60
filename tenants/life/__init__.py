"""A company's life after the claim: rest, archive, export, restore, move, erasure.

`actions` changes states, `classes` says of every table what an export and an erasure do with it, `export` writes one
archive, `archive` distrusts one, `restore` makes a company of it and `catching_up` brings it to this release, `erase`
leaves nothing but a tombstone, `leftovers` finds what a kill left, `orphans` what nobody knows, `move` brings a company
to another database.
"""
