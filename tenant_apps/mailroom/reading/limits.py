"""What of a mail is read at all. Beyond that its bytes are kept, and somebody looks at it by hand."""

MEGABYTE = 1024 * 1024
# A header block, one field of it, and what a field that is taken apart further may hold.
HEADERS, HEADER, PARAMETERS = 256 * 1024, 16 * 1024, 4 * 1024
PEOPLE, REFERENCES = 200, 50
PARTS, DEPTH, FILES = 500, 30, 100
DECODED, NESTED = 60 * MEGABYTE, 64 * 1024
TEXT, HTML, LOOK = 100_000, MEGABYTE, 2 * MEGABYTE
# Seconds of the processor for a mail, and for each megabyte of it; of the clock; and memory beside the reader's own.
SECONDS, SECONDS_EACH, PATIENCE = 0.7, 0.06, 20.0
MEMORY, MEMORY_EACH = 96 * MEGABYTE, 5
# A reader that has grown so large, or read so many, makes room for a new one.
GROWN, MANY = 60 * MEGABYTE, 5_000


class TooMuch(Exception):
    """The mail has more of something than is read; the first argument says of what."""
