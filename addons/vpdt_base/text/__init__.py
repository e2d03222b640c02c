"""Vietnamese text and files: normal form, folding, legacy encodings, names, types; no ORM."""
