"""What `manage.py tenants` can do: one module per word, each with `add_arguments(parser)` and `run(options, out)`.

Refuse bad input with `CommandError` and one clear line. `out.write(line)` prints.
"""
