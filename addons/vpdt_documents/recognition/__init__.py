"""What the first page of a letter says of it: number, notation, date, author, subject, signer; no ORM.

It is read from the text of the page, which a program may have recognised in a scan: what is found is a suggestion that
a person looks at. The places of the components are those of Nghị định 30/2020, Phụ lục I.
"""

from .first_page import Recognised, recognise, refusal_of

__all__ = ["Recognised", "recognise", "refusal_of"]
